package lookup

import (
	"github.com/goplay/goplay/templating/csv"
	"github.com/goplay/goplay/templating/value"
)

func csvfile(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return nil, failf("Search key is required but was not found")
	}
	var out []value.Value
	for _, t := range terms {
		one := c.copied()
		key, err := one.keyValues(t, "file", "delimiter", "col", "default", "encoding", "keycol")
		if err != nil {
			return nil, err
		}
		if key == "" {
			return nil, failf("Search key is required but was not found")
		}
		v, ok, err := one.csvCell(key)
		if err != nil {
			return nil, err
		}
		if !ok {
			if v, ok = one.Opts.Lookup("default"); !ok {
				continue
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// csvCell finds the row with a key and gives the wanted cell of it.
func (c *Call) csvCell(key string) (value.Value, bool, error) {
	col, err := c.number("col", 1)
	if err != nil {
		return nil, false, err
	}
	keycol, err := c.number("keycol", 0)
	if err != nil {
		return nil, false, err
	}
	rows, err := c.csvRows()
	if err != nil {
		return nil, false, err
	}
	for _, row := range rows {
		if keycol < len(row) && row[keycol] == key {
			if col >= len(row) {
				return nil, false, value.Errorf("IndexError", "list index out of range")
			}
			return value.String(row[col]), true, nil
		}
	}
	return nil, false, nil
}

func (c *Call) csvRows() ([][]string, error) {
	delimiter := c.opt("delimiter", "TAB")
	if delimiter == "TAB" || delimiter == `\t` {
		delimiter = "\t"
	}
	runes := []rune(delimiter)
	if len(runes) != 1 {
		return nil, value.TypeError("\"delimiter\" must be a 1-character string")
	}
	_, data, err := c.load(c.search, "files", c.opt("file", "ansible.csv"))
	if err != nil {
		return nil, err
	}
	text, err := decode(data, c.opt("encoding", "utf-8"))
	if err != nil {
		return nil, err
	}
	return csv.Read(text, csv.Dialect{Delimiter: runes[0]})
}
