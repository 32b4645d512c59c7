package jstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// CheckOptions holds what a module says that its functions accept against what they do. calls has an expression for
// each function of accepted, with %s where its options stand; without has the functions and Class.methods that take
// none. The two must be all there is. What is accepted is kept in golden, which the types of index.d.ts are tested
// against.
func (vu *VU) CheckOptions(
	module string,
	accepted map[string][]string,
	calls map[string]string,
	without []string,
	golden string,
) {
	vu.t.Helper()
	require.Equal(
		vu.t,
		slices.Sorted(maps.Keys(accepted)),
		slices.Sorted(maps.Keys(calls)),
		"a call for each function that takes options",
	)
	for function, call := range calls {
		names := accepted[function]
		refused := func(option, want string) {
			_, err := vu.Eval(strings.Replace(call, "%s", option+": 1", 1))
			require.ErrorContains(vu.t, err, want, function)
		}
		if len(names) == 0 {
			refused("unheardOf", "unheardOf: no options are accepted here")
			continue
		}
		all := "accepted: " + strings.Join(names, ", ")
		refused("unheardOf", "unheardOf: is not an option; "+all)
		for _, name := range names {
			near := strings.ToUpper(name) // differs from every name by case at most
			refused(near, fmt.Sprintf("%s: did you mean %s? %s", near, name, all))
		}
	}

	found := vu.MustText(
		fmt.Sprintf(`Object.entries(%s).flatMap(([name, value]) => typeof value !== "function" ? [] : [name,
		...Object.getOwnPropertyNames(value.prototype ?? {}).filter((key) => key !== "constructor" &&
			typeof Object.getOwnPropertyDescriptor(value.prototype, key).value === "function")
			.map((key) => name + "." + key)]).join()`, module),
	)
	known := slices.Clone(without)
	for function := range accepted {
		if name, _, inner := strings.Cut(function, " "); !inner { // "take options[]" is a part of take
			known = append(known, name)
		}
	}
	for _, function := range strings.Split(found, ",") {
		require.Contains(
			vu.t,
			known,
			function,
			"a function without a row: say what options it accepts, or that it takes none",
		)
	}

	text, err := json.MarshalIndent(accepted, "", "  ")
	require.NoError(vu.t, err)
	if os.Getenv("UPDATE") != "" {
		require.NoError(vu.t, os.WriteFile(golden, append(text, '\n'), 0o600))
	}
	kept, err := os.ReadFile(golden) //nolint:gosec // of the tests themselves
	require.NoError(vu.t, err)
	require.Equal(vu.t, string(text)+"\n", string(kept), "run the test with UPDATE=1, and look at index.d.ts")
}
