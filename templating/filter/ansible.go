package filter

import (
	"github.com/goplay/goplay/templating/eval"
)

// functions are the names that messages about arguments have for a filter, where its own is another.
var functions = map[string]string{
	"bool": "to_bool", "md5": "md5s", "sha1": "secure_hash_s", "checksum": "secure_hash_s", "password_hash": "get_encrypted_password",
	"hash": "get_hash", "random": "rand", "shuffle": "randomize_list", "dict2items": "dict_to_list_of_dict_key_value_elements",
	"items2dict": "list_of_dict_key_value_elements_to_dict", "groupby": "_cleansed_groupby", "d": "ansible_default", "default": "ansible_default",
	"log": "logarithm", "pow": "power", "root": "inversepower", "urlsplit": "split_url", "vault": "do_vault", "unvault": "do_unvault",
}

// Ansible gives the filters of Ansible's language: Jinja2's ansible-core's, and those of community.general. Some of
// Jinja2's are replaced.
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
	for name, function := range functions {
		f := *t[name]
		f.Name = function
		t[name], t["ansible.builtin."+name] = &f, &f
	}
	addGeneral(t)
	return t
}
