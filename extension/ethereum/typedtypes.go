package ethereum

import (
	"fmt"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// readTypes reads the struct types; the domain's own follows from its members where types does not give it.
func readTypes(value sobek.Value, domain *sobek.Object) (*typedData, error) {
	object, err := js.Object(value, "types")
	if err != nil {
		return nil, err
	}
	data := &typedData{types: map[string][]typedField{}, hashes: map[string][]byte{}}
	for _, name := range object.Keys() {
		items, err := itemsOf(object.Get(name), "types."+name)
		if err != nil {
			return nil, err
		}
		fields := make([]typedField, len(items))
		for i, item := range items {
			what := fmt.Sprintf("types.%s[%d]", name, i)
			if fields[i], err = readField(item, what); err != nil {
				return nil, err
			}
		}
		data.types[name] = fields
	}
	if data.types[domainType] == nil {
		// A misspelt member would be left out of what is signed.
		if err := js.RefuseUnknown(domain, "domain.", accepted["hashTypedData domain"]); err != nil {
			return nil, err
		}
		data.types[domainType] = []typedField{}
		for _, field := range domainFields {
			if !js.IsNil(domain.Get(field.name)) {
				data.types[domainType] = append(data.types[domainType], field)
			}
		}
	}
	return data, nil
}

func readField(value sobek.Value, what string) (typedField, error) {
	object, err := js.Object(value, what)
	if err != nil {
		return typedField{}, err
	}
	name, err := js.Text(object.Get("name"), what+".name")
	if err != nil {
		return typedField{}, err
	}
	kind, err := js.Text(object.Get("type"), what+".type")
	return typedField{name, kind}, err
}
