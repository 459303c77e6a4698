package filter

import (
	"github.com/goplay/goplay/templating/eval"
)

// Ansible gives the filters of Ansible's language: Jinja2's and ansible-core's. Some of Jinja2's are replaced.
func Ansible() map[string]*eval.Func {
	t := Jinja()
	for _, rows := range [][]row{
		dataRows(), dictRows(), setRows(), regexRows(), jsonRows(), yamlRows(), hashRows(), pathRows(), scalarRows(), dateRows(),
		randomRows(), textRowsOfAnsible(), vaultRows(),
	} {
		for i := range rows {
			rows[i].whole = true
		}
		add(t, "", rows)
	}
	return t
}
