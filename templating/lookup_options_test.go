package templating_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
)

// What the options of lookups do, as seen from ansible-core 2.19.11.
func TestLookupOptions(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"files/x.csv": "k\tv\tw\nk2\tv2\n\"q q\"\tz\n", "files/l1.csv": "k;v;\xe9\n",
		"files/x.ini": "[DEFAULT]\nbase=/b\n[s]\na=1\nA2 = %(base)s/x\npct=50%%\nempty=\n; comment\nmulti=one\n  two\n\n  three\nd: colon\n" +
			"inl = a ; b\ntwo=%(A2)s-%(a)s\n",
		"files/bad.ini":    "[s]\nraw=%(nope)s\n[e]\nraw=100%\n[l]\na=%(b)s\nb=%(a)s\nc=%(c\n",
		"files/nov.ini":    "[t]\nnovalue\nx=1\n",
		"files/dup.ini":    "[dup]\na=1\nA=2\n",
		"files/dups.ini":   "[dup]\na=1\n[dup]\nb=2\n",
		"files/nohead.ini": "a=1\n[dup]\nb=2\n",
		"templates/d.j2":   "v is << v >> {{ v }}\n{% if 1 %}\nx\n{% endif %}\n<# c #>\n", "templates/json.j2": "{\"a\": 1}\n",
		"templates/yaml.j2": "a: 1\n", "templates/l.j2": "[1,{{ v }}]", "templates/n.j2": "{{ {\"a\":1} }}", "templates/tv.j2": "{{ extra }} {{ v }}\n\n",
		"pw/withsalt": "secret salt=abc\n", "pw/withsaltident": "secret salt=abcdefghijklmnopqrstuu ident=2a\n", "pw/two": "l1\nl2\n", "pw/empty": "",
	})
	ctx := templating.New().NewContext(scopeOf(t, `{"v": 5}`), &templating.Env{SearchPaths: []string{dir}, Cwd: dir})
	for _, r := range lookupOptionRows {
		if got := describe(ctx.Expression(r[0], source.Pos{})); got != r[1] {
			t.Errorf("%s\n got %s\nwant %s", r[0], got, r[1])
		}
	}
}

// A salt is kept beside the password, so that the hash is the same at the next run.
func TestPasswordKeepsItsSalt(t *testing.T) {
	dir := t.TempDir()
	var hashes [2]string
	for i := range hashes {
		ctx := templating.New().NewContext(dictScope{}, &templating.Env{Cwd: dir})
		hashes[i] = describe(ctx.Expression("lookup('password', 'pw/x', encrypt='md5_crypt', seed='a')", source.Pos{}))
	}
	if hashes[0] != hashes[1] || !strings.HasPrefix(hashes[0], "str '$1$") {
		t.Errorf("got %v", hashes)
	}
	data, err := os.ReadFile(filepath.Join(dir, "pw/x"))
	if want := "I:iwmXaKHMhf10D4hPba salt="; err != nil || !strings.HasPrefix(string(data), want) || len(data) != len(want)+9 {
		t.Errorf("kept %q, %v", data, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "pw/x")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

var lookupOptionRows = [][2]string{
	{`lookup('template', 'tv.j2', template_vars={'extra': 7, 'v': 6})`, `str '7 6\n\n'`},
	{`lookup('password', 'pw/withsaltident')`, `str 'secret'`},
	{"lookup('template', 'd.j2', variable_start_string='<<', variable_end_string='>>', comment_start_string='<#', comment_end_string='#>')", "str 'v is 5 {{ v }}\\nx\\n'"},
	{"lookup('template', 'd.j2', trim_blocks=false)", "str 'v is << v >> 5\\n\\nx\\n\\n<# c #>\\n'"},
	{"lookup('template', 'd.j2', trim_blocks=false, lstrip_blocks=true, block_start_string='<%')", "str 'v is << v >> 5\\n\\nx\\n\\n<# c #>\\n'"},
	{"lookup('template', 'json.j2')", "str '{\"a\": 1}\\n'"},
	{"lookup('template', 'json.j2', convert_data=True)", "str '{\"a\": 1}\\n'"},
	{"lookup('template', 'yaml.j2', convert_data=True)", "str 'a: 1\\n'"},
	{"lookup('template', 'l.j2', convert_data=True)", "str '[1,5]'"},
	{"lookup('template', 'l.j2')", "str '[1,5]'"},
	{"lookup('template', 'n.j2')", "dict {'a': 1}"},
	{"lookup('template', 'n.j2', jinja2_native=True, convert_data=True)", "dict {'a': 1}"},
	{"lookup('template', 'n.j2', convert_data=False)", "dict {'a': 1}"},
	{"lookup('template', 'tv.j2', template_vars='x')", "error The lookup plugin 'template' failed: Config 'template_vars' for 'template' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'dict': 'x'"},
	{"lookup('template', 'd.j2', foo=1)", "str 'v is << v >> 5\\nx\\n<# c #>\\n'"},
	{"lookup('csvfile', 'k file=x.csv')", "str 'v'"},
	{"lookup('csvfile', 'k', file='x.csv', col=2)", "str 'w'"},
	{"lookup('csvfile', 'k', file='x.csv', col='2')", "str 'w'"},
	{"lookup('csvfile', 'k', file='x.csv', col='x')", "error The lookup plugin 'csvfile' failed: Config 'col' for 'csvfile' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'int': 'x'"},
	{"lookup('csvfile', 'k', file='x.csv', col=5)", "error The lookup plugin 'csvfile' failed: list index out of range"},
	{"lookup('csvfile', 'zz', file='x.csv', default='dd')", "str 'dd'"},
	{"lookup('csvfile', 'zz', file='x.csv')", "list []"},
	{"lookup('csvfile', 'k', file='l1.csv', delimiter=';', col=2)", "error The lookup plugin 'csvfile' failed: 'utf-8' codec can't decode byte 0xe9 in position 4: invalid continuation byte"},
	{"lookup('csvfile', 'k', file='l1.csv', delimiter=';', col=2, encoding='latin-1')", "str 'é'"},
	{"lookup('csvfile', 'k', file='l1.csv', delimiter=';', col=2, encoding='zork')", "error The lookup plugin 'csvfile' failed: unknown encoding: zork"},
	{"lookup('csvfile', 'k', file='x.csv', delimiter='ab')", "error The lookup plugin 'csvfile' failed: \"delimiter\" must be a 1-character string"},
	{"lookup('csvfile', 'q q file=x.csv')", "str 'z'"},
	{"lookup('csvfile', 'v', file='x.csv', keycol=1, col=0)", "str 'k'"},
	{"lookup('csvfile', 'k col=2 file=x.csv zork=1')", "error The lookup plugin 'csvfile' failed: 'zork' is not a valid option"},
	{"lookup('csvfile', '')", "error The lookup plugin 'csvfile' failed: Search key is required but was not found"},
	{"lookup('csvfile', 'file=x.csv')", "error The lookup plugin 'csvfile' failed: Search key is required but was not found"},
	{"lookup('ini', 'a', file='x.ini', section='s')", "str '1'"},
	{"lookup('ini', 'a2', file='x.ini', section='s')", "str '/b/x'"},
	{"lookup('ini', 'pct', file='x.ini', section='s')", "str '50%'"},
	{"lookup('ini', 'pct', file='x.ini', section='s', interpolation=False)", "str '50%%'"},
	{"lookup('ini', 'raw', file='x.ini', section='s', interpolation=false)", "str ''"},
	{"lookup('ini', 'base', file='x.ini', section='s')", "str '/b'"},
	{"lookup('ini', 'a2', file='x.ini', section='s', case_sensitive=true)", "str ''"},
	{"lookup('ini', 'multi', file='x.ini', section='s')", "str 'one\\ntwo\\n\\nthree'"},
	{"lookup('ini', 'd', file='x.ini', section='s')", "str 'colon'"},
	{"lookup('ini', 'zz', file='x.ini', section='s', default='D')", "str 'D'"},
	{"lookup('ini', 'zz', file='x.ini', section='nosec')", "error The lookup plugin 'ini' failed: No section 'nosec' in 'x.ini'."},
	{"query('ini', '.*', section='s', file='x.ini', re=True, interpolation=False)", "list ['/b', '1', '%(base)s/x', '50%%', '', 'one\\ntwo\\n\\nthree', 'colon', 'a ; b', '%(A2)s-%(a)s']"},
	{"query('ini', 'a section=s file=x.ini re=false')", "list ['1']"},
	{"lookup('ini', 'a', file='x.ini', section='s', type='foo')", "error The lookup plugin 'ini' failed: Invalid value 'foo' for config 'type' for 'ini' lookup plugin."},
	{"lookup('ini', 'a', file='x.ini', section='s', encoding='zork')", "error The lookup plugin 'ini' failed: unknown encoding: zork"},
	{"lookup('first_found', 'nope')", "error The lookup plugin 'first_found' failed: No file was found when using first_found."},
	{"lookup('first_found', {'files': 'x.ini', 'paths': 'files'}) | basename", "str 'x.ini'"},
	{"lookup('password', 'pw/seed2', seed='abc', length=8, chars=['digits'])", "str '87552403'"},
	{"lookup('password', '/dev/null', seed='foo')", "str '6JUEsF6-,RiuGZDEWF4r'"},
	{"lookup('password', '/dev/null', seed=1)", "str '99fo3WLaea_C:_D:slkx'"},
	{"lookup('password', '/dev/null', seed='xyz', length=30, chars='ascii_lowercase,digits')", "str 'rvsqp4y60ty5v2qmfs2j5s93xx6p58'"},
	{"lookup('password', '/dev/null seed=xyz length=12 chars=ascii_lowercase,digits,,')", "str 'qurpo3x5zsx4'"},
	{"lookup('password', 'pw/l', length='x')", "error The lookup plugin 'password' failed: Config 'length' for 'password' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'integer': 'x'"},
	{"lookup('ini', 'base', file='x.ini', section='DEFAULT')", "str '/b'"},
	{"lookup('ini', 'A2', file='x.ini', section='s', case_sensitive=true)", "str '/b/x'"},
	{"lookup('ini', 'two', file='x.ini', section='s')", "str '/b/x-1'"},
	{"lookup('ini', 'inl', 'd', file='x.ini', section='s')", "str 'a ; b,colon'"},
	{"lookup('ini', 'empty', file='x.ini', section='s', default='q')", "str ''"},
	{"lookup('ini', 'raw', file='bad.ini', section='s')", "error The lookup plugin 'ini' failed: Bad value substitution: option 'raw' in section 's' contains an interpolation key 'nope' which is not a valid option name. Raw value: '%(nope)s'"},
	{"lookup('ini', 'raw', file='bad.ini', section='e')", "error The lookup plugin 'ini' failed: '%' must be followed by '%' or '(', found: '%'"},
	{"lookup('ini', 'a', file='bad.ini', section='l')", "error The lookup plugin 'ini' failed: Recursion limit exceeded in value substitution: option 'a' in section 'l' contains an interpolation key which cannot be substituted in 10 steps. Raw value: '%(b)s'"},
	{"lookup('ini', 'c', file='bad.ini', section='l')", "error The lookup plugin 'ini' failed: bad interpolation variable reference '%(c'"},
	{"lookup('ini', 'raw', file='bad.ini', section='s', interpolation=false)", "str '%(nope)s'"},
	{"lookup('ini', 'novalue', file='nov.ini', section='t', allow_no_value=True)", "list []"},
	{"lookup('ini', 'novalue', file='nov.ini', section='t', allow_none=True)", "list []"},
	{"lookup('ini', 'novalue', file='nov.ini', section='t')", "error The lookup plugin 'ini' failed: Source contains parsing errors: '<???>'\n\t[line  2]: 'novalue\\n'"},
	{"lookup('ini', 'a', file='dup.ini', section='dup')", "error The lookup plugin 'ini' failed: Duplicate option in 'dup.ini': While reading from '<???>' [line  3]: option 'a' in section 'dup' already exists"},
	{"lookup('ini', 'a', file='dup.ini', section='dup', case_sensitive=True)", "str '1'"},
	{"lookup('ini', 'a', file='dups.ini', section='dup')", "error The lookup plugin 'ini' failed: While reading from '<???>' [line  3]: section 'dup' already exists"},
	{"lookup('ini', 'a', file='nohead.ini', section='dup')", "error The lookup plugin 'ini' failed: File contains no section headers.\nfile: '<???>', line: 1\n'a=1\\n'"},
	{"lookup('ini', 'zz', file='x.ini', section='s', default=[])", "list []"},
	{"lookup('ini', 'zz', file='x.ini', section='nosec', default='D')", "error The lookup plugin 'ini' failed: No section 'nosec' in 'x.ini'."},
	{"query('ini', '^i', section='s', file='x.ini', re=True)", "list ['a ; b']"},
	{"query('ini', 'n', section='s', file='x.ini', re=True)", "list []"},
	{"query('ini', 'zz', section='s', file='x.ini', re=True)", "list []"},
	{"query('ini', 'a section=s file=x.ini')", "list ['1']"},
	{"lookup('ini', file='x.ini', section='s')", "list []"},
	{"lookup('csvfile', file='x.csv')", "error The lookup plugin 'csvfile' failed: Search key is required but was not found"},
	{"lookup('zork', 1)", "error The lookup plugin 'zork' was not found."},
	{"lookup('password', '/dev/null seed=1')", "str '99fo3WLaea_C:_D:slkx'"},
	{"lookup('password', '/dev/null', seed='1')", "str '99fo3WLaea_C:_D:slkx'"},
	{"lookup('password', '/dev/null', length='0')", "str ''"},
	{"lookup('password', '/dev/null', length=-1)", "str ''"},
	{"lookup('password', '/dev/null', seed='a', chars='')", "error The lookup plugin 'password' failed: Cannot choose from an empty sequence"},
	{"lookup('password', '/dev/null', seed='a', chars=[])", "error The lookup plugin 'password' failed: Cannot choose from an empty sequence"},
	{"lookup('password', '/dev/null', seed='a', chars='aab')", "str 'ababbbbbabababaaabaa'"},
	{"lookup('password', '/dev/null', seed='a', chars='abc,,def')", "str 'ceaeeffebeaedfacceca'"},
	{"lookup('password', '/dev/null', seed='a', chars=['digits','digits','xyz'])", "str '86299yx758372z098891'"},
	{"lookup('password', '/dev/null', seed='a', chars=['a,b'])", "str ',babbbbbabab,ba,,b,a'"},
	{"lookup('password', 'pw/withsalt')", "str 'secret'"},
	{"lookup('password', 'pw/empty')", "str ''"},
	{"lookup('password', 'pw/two')", "str 'l1\\nl2'"},
	{"lookup('password', 'pw/seedfile seed=a length=5')", "str 'I:iwm'"},
}
