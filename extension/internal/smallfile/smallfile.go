// Package smallfile reads the small text files that scripts name at run time: phrases, credentials, thresholds.
package smallfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"
)

// Limit is the most bytes Read takes.
const Limit = 64 << 10

// Read gives a text file's content. It refuses what is no regular file (a pipe could block for ever), larger than
// Limit, or not UTF-8. Errors name the path and never the content.
func Read(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("cannot read %q: %w", path, reason(err))
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("cannot read %q: it is not a regular file", path)
	}
	file, err := os.Open(path) //nolint:gosec // reading the file the user names is the purpose
	if err != nil {
		return "", fmt.Errorf("cannot read %q: %w", path, reason(err))
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, Limit+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("cannot read %q: %w", path, reason(err))
	case len(content) > Limit:
		return "", fmt.Errorf("cannot read %q: it is larger than %d bytes", path, Limit)
	case !utf8.Valid(content):
		return "", fmt.Errorf("cannot read %q: it is not UTF-8 text", path)
	}
	return string(content), nil
}

// reason is an error without the operation and path that Read names itself.
func reason(err error) error {
	var detailed *fs.PathError
	if errors.As(err, &detailed) {
		return detailed.Err
	}
	return err
}
