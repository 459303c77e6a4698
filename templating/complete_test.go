package templating_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/table"
	"github.com/goplay/goplay/templating/test"
)

// TestTablesAreComplete fails for every filter, test, lookup, function and statement that no row uses.
func TestTablesAreComplete(t *testing.T) {
	rows := map[table.Name]int{}
	for _, tab := range append(loadTables(t, "rows"), loadTables(t, "jinja2")...) {
		for _, r := range tab.Rows {
			for _, n := range table.Uses(r.Template) {
				rows[n]++
			}
		}
	}
	for _, file := range collectionFiles(t) { // which TestCollections judges
		for _, r := range collectionRows(t, file) {
			for _, n := range table.Uses(r.template) {
				rows[n]++
			}
		}
	}
	want := []table.Name{}
	for kind, names := range templating.New().Known() {
		for _, name := range names {
			want = append(want, table.Name{Kind: kind, Name: strings.TrimPrefix(name, "ansible.builtin.")})
		}
	}
	for _, s := range table.Statements {
		want = append(want, table.Name{Kind: "statement", Name: s})
	}
	for _, n := range want {
		if rows[n] == 0 {
			t.Errorf("the %s %s has no row", n.Kind, n.Name)
		}
	}
}

// theirs are the names that Jinja2 3.1 and ansible-core 2.19 bring, and those of community.general that goplay has.
var theirs = map[string]string{
	"filter": `
		abs attr b64decode b64encode basename batch bool capitalize center checksum combinations combine comment commonpath
		count d default dict2items dictsort difference dirname e escape expanduser expandvars extract fileglob filesizeformat
		first flatten float forceescape format from_json from_yaml from_yaml_all groupby hash human_readable human_to_bytes
		indent int intersect items items2dict join last length list log lower mandatory map max md5 min normpath password_hash
		path_join permutations pow pprint product quote random realpath regex_escape regex_findall regex_replace regex_search
		reject rejectattr rekey_on_member relpath replace reverse root round safe select selectattr sha1 shuffle slice sort
		split splitext strftime string striptags subelements sum symmetric_difference ternary title to_datetime to_json
		to_nice_json to_nice_yaml to_uuid to_yaml tojson trim truncate type_debug union unique unvault upper urldecode urlencode
		urlize urlsplit vault win_basename win_dirname win_splitdrive wordcount wordwrap xmlattr zip zip_longest json_query
		random_mac community.general.accumulate community.general.counter community.general.crc32 community.general.dict
		community.general.dict_kv community.general.from_csv community.general.from_ini community.general.groupby_as_dict
		community.general.json_query community.general.keep_keys community.general.lists_difference
		community.general.lists_intersect community.general.lists_mergeby community.general.lists_symmetric_difference
		community.general.lists_union community.general.random_mac community.general.remove_keys community.general.replace_keys
		community.general.to_days community.general.to_hours community.general.to_ini community.general.to_milliseconds
		community.general.to_minutes community.general.to_months community.general.to_seconds community.general.to_time_unit
		community.general.to_weeks community.general.to_years community.general.unicode_normalize community.general.version_sort`,
	"test": `
		!= < <= == > >= abs all any boolean callable change changed contains defined directory divisibleby eq equalto escaped
		even exists failed failure false falsy file filter finished float ge greaterthan gt in integer is_abs is_dir is_file
		is_link is_mount is_same_file isnan issubset issuperset iterable le lessthan link link_exists lower lt mapping match
		mount nan ne none number odd reachable regex same_file sameas search sequence skip skipped started string subset
		succeeded success successful superset test timedout true truthy undefined unreachable upper uri url urn vault_encrypted
		vaulted_file version version_compare community.general.a_module`,
	"lookup": `
		config csvfile dict env file fileglob first_found indexed_items ini inventory_hostnames items lines list nested password
		pipe random_choice sequence subelements template together unvault url varnames vars cartesian filetree flattened
		community.general.cartesian community.general.filetree community.general.flattened community.general.merge_variables
		community.general.random_string`,
	"function": `
		cycler dict joiner lipsum lookup namespace now q query range undef`,
}

// TestNamesAreComplete fails for a name of the reference that goplay lacks.
func TestNamesAreComplete(t *testing.T) {
	known := templating.New().Known()
	for kind, names := range theirs {
		for _, name := range strings.Fields(names) {
			if !slices.Contains(known[kind], name) {
				t.Errorf("goplay lacks the %s %s", kind, name)
			}
		}
	}
}

// TestJinja2IsComplete fails for a filter or test of plain Jinja2 that no row of testdata/jinja2 uses.
func TestJinja2IsComplete(t *testing.T) {
	rows := map[table.Name]bool{}
	for _, tab := range loadTables(t, "jinja2") {
		for _, r := range tab.Rows {
			for _, n := range table.Uses(r.Template) {
				rows[n] = true
			}
		}
	}
	for name := range filter.Jinja() {
		if n := strings.TrimPrefix(name, "ansible.builtin."); !rows[table.Name{Kind: "filter", Name: n}] {
			t.Errorf("the filter %s has no row in plain Jinja2", n)
		}
	}
	for name := range test.Jinja() {
		if n := strings.TrimPrefix(name, "ansible.builtin."); !rows[table.Name{Kind: "test", Name: n}] {
			t.Errorf("the test %s has no row in plain Jinja2", n)
		}
	}
}
