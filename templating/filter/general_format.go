package filter

import (
	"strings"

	"github.com/goplay/goplay/templating/csv"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/ini"
	"github.com/goplay/goplay/templating/value"
)

func generalFormatRows() []row {
	return []row{
		{name: "from_csv", params: "dialect='excel', fieldnames=None, delimiter=None, skipinitialspace=None, strict=None", run: fromCSV},
		{name: "from_ini", run: fromINI},
		{name: "to_ini", run: toINI},
	}
}

// dialects are those of Python's csv module.
var dialects = map[string]csv.Dialect{"excel": {Delimiter: ','}, "excel-tab": {Delimiter: '\t'}, "unix": {Delimiter: ','}}

func dialectOf(a []value.Value) (csv.Dialect, error) {
	d, ok := dialects[a[0].String()]
	if !ok {
		return d, value.Errorf("AnsibleFilterError", "Dialect '%s' is not supported by your version of python.", a[0])
	}
	if !isNone(a[2]) {
		delimiter := []rune(a[2].String())
		if len(delimiter) != 1 {
			return d, value.Errorf("AnsibleFilterError", "Unable to create custom dialect: \"delimiter\" must be a 1-character string")
		}
		d.Delimiter = delimiter[0]
	}
	d.SkipInitialSpace, d.Strict = a[3].Truth(), a[4].Truth()
	return d, nil
}

// fromCSV gives a dict for each line, by the names in the first line or those that the caller gives.
func fromCSV(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	d, err := dialectOf(a)
	if err != nil {
		return nil, err
	}
	records, err := csv.Read(strings.TrimPrefix(in.String(), "\ufeff"), d)
	if err != nil {
		return nil, value.Errorf("AnsibleFilterError", "Unable to process file: %s", err)
	}
	var names []value.Value
	switch {
	case !isNone(a[1]):
		if names, err = elements(s, a[1]); err != nil {
			return nil, err
		}
	case len(records) > 0:
		names, records = texts(records[0]).Elems, records[1:]
	}
	out := list(nil)
	for _, r := range records {
		if len(r) == 0 {
			continue
		}
		d, err := csvRow(names, r)
		if err != nil {
			return nil, err
		}
		out.Append(d)
	}
	return out, nil
}

// csvRow pairs names with fields. A field too few is None, those too many stand under None.
func csvRow(names []value.Value, fields []string) (*value.Dict, error) {
	d := value.NewDict(len(names))
	for i, n := range names {
		var v value.Value = value.None
		if i < len(fields) {
			v = value.String(fields[i])
		}
		if err := d.SetKey(n, v); err != nil {
			return nil, err
		}
	}
	if len(fields) > len(names) {
		_ = d.SetKey(value.None, texts(fields[len(names):])) // None is hashable
	}
	return d, nil
}

func fromINI(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "from_ini requires a str, got %s", typeName(in))
	}
	f := &ini.File{ExactCase: true}
	if err := f.Parse(t); err != nil {
		return nil, value.Errorf("AnsibleFilterError", "from_ini failed to parse given string: %s", err)
	}
	out := value.NewDict(0)
	for _, name := range f.Sections() {
		out.Set(name, iniSection(f, name))
	}
	if defaults := iniSection(f, ini.DefaultSection); defaults.Len() > 0 {
		out.Set(ini.DefaultSection, defaults)
	}
	return out, nil
}

func iniSection(f *ini.File, name string) *value.Dict {
	d := value.NewDict(0)
	for _, o := range f.Options(name) {
		d.Set(o.Key, value.String(o.Text))
	}
	return d
}

func toINI(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	m, ok := in.(value.Mapping)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "to_ini requires a dict, got %s", typeName(in))
	}
	if m.Len() == 0 {
		return nil, value.Errorf("AnsibleFilterError", "to_ini received an empty dict. An empty dict cannot be converted.")
	}
	var defaults, sections []string
	for name, v := range m.All() {
		options, ok := v.(value.Mapping)
		if !ok {
			return nil, badINI("'" + v.Type() + "' object has no attribute 'items'")
		}
		text, err := iniText(name.String(), options)
		if err != nil {
			return nil, err
		}
		if name.String() == ini.DefaultSection {
			defaults = append(defaults, text)
		} else {
			sections = append(sections, text)
		}
	}
	return value.String(strings.Join(append(defaults, sections...), "\n")), nil
}

func badINI(what string) error {
	return value.Errorf("AnsibleFilterError", "to_ini failed to parse given dict:%s", what)
}

func iniText(name string, options value.Mapping) (string, error) {
	var b strings.Builder
	b.WriteString("[" + name + "]\n")
	for k, v := range options.All() {
		if isNone(v) {
			return "", badINI("option values must be strings")
		}
		b.WriteString(k.String() + " = " + strings.ReplaceAll(v.String(), "\n", "\n\t") + "\n")
	}
	return b.String(), nil
}
