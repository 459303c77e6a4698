package main

import (
	"strings"
	"testing"
)

// What each row wants is the message of ansible-playbook 2.19 for the same words; "" where it accepted them.
func TestWrongUse(t *testing.T) {
	tests := []struct{ args, want string }{
		{"", "the following arguments are required: playbook"},
		{"--nope", "the following arguments are required: playbook"},
		{"p.yml --nope", "unrecognized arguments: --nope"},
		{"p.yml -Z", "unrecognized arguments: -Z"},
		{"p.yml -Zfoo", "unrecognized arguments: -Zfoo"},
		{"p.yml -f", "argument -f/--forks: expected one argument"},
		{"p.yml -f x", "argument -f/--forks: invalid tag_value value: 'x'"},
		{"p.yml --list", "ambiguous option: --list could match --list-hosts, --list-tasks, --list-tags"},
		{"p.yml --vault x", "ambiguous option: --vault could match --vault-id, --vault-password-file, --vault-pass-file"},
		{"p.yml --check=1", "argument -C/--check: ignored explicit argument '1'"},
		{"p.yml --check=", "argument -C/--check: ignored explicit argument ''"},
		{"p.yml -bKfoo", "argument -f/--forks: invalid tag_value value: 'oo'"},
		{"p.yml -kK --conn-pass-file x", "argument --connection-password-file/--conn-pass-file: not allowed with argument -k/--ask-pass"},
		{"p.yml --conn-pass-file x -k", "argument -k/--ask-pass: not allowed with argument --connection-password-file/--conn-pass-file"},
		{"p.yml -K --become-pass-file x", "argument --become-password-file/--become-pass-file: not allowed with argument -K/--ask-become-pass"},
		{"p.yml -T x", "argument -T/--timeout: invalid tag_value value: 'x'"},
		{"p.yml -T 1.5", "argument -T/--timeout: invalid tag_value value: '1.5'"},
		{"p.yml -i", "argument -i/--inventory/--inventory-file: expected one argument"},
		{"p.yml -i --check", "argument -i/--inventory/--inventory-file: expected one argument"},
		{"p.yml -i -C", "argument -i/--inventory/--inventory-file: expected one argument"},
		{"p.yml -i -1", ""},
		{"p.yml -e", "argument -e/--extra-vars: expected one argument"},
		{"p.yml -e -a=1", "argument -e/--extra-vars: expected one argument"},
		{"p.yml --step --start-at-task", "argument --start-at-task: expected one argument"},
		{"p.yml --start-at x --skip", "argument --skip-tags: expected one argument"},
		{"p.yml -v-v", "argument -v/--verbose: ignored explicit argument '-v'"},
		{"p.yml -fi", "argument -f/--forks: invalid tag_value value: 'i'"},
		{"p.yml -CD=1", "argument -D/--diff: ignored explicit argument '=1'"},
		{"p.yml -C=1", "argument -C/--check: ignored explicit argument '1'"},
		{"p.yml -l", "argument -l/--limit: expected one argument"},
		{"p.yml --ask", "ambiguous option: --ask could match --ask-pass, --ask-become-pass, --ask-vault-password, --ask-vault-pass"},
		{"p.yml --conn p", "ambiguous option: --conn could match --connection, --connection-password-file, --conn-pass-file"},
		{"p.yml --become-p x", "ambiguous option: --become-p could match --become-password-file, --become-pass-file"},
		{"p.yml --inv x", "ambiguous option: --inv could match --inventory, --inventory-file"},
		{"p.yml --s", "ambiguous option: --s could match --ssh-common-args, --sftp-extra-args, --scp-extra-args, --ssh-extra-args, --skip-tags, --syntax-check, --step, --start-at-task"},
		{"p.yml --ssh-common-args -oFoo", "argument --ssh-common-args: expected one argument"},
		{"p.yml --ask-vault-pass --vault-password-file x", "argument --vault-password-file/--vault-pass-file: not allowed with argument -J/--ask-vault-password/--ask-vault-pass"},
		{"p.yml --vault-pass-file x -J", "argument -J/--ask-vault-password/--ask-vault-pass: not allowed with argument --vault-password-file/--vault-pass-file"},
		{"-k", "the following arguments are required: playbook"},
		{"-v", "the following arguments are required: playbook"},
		{"p.yml -5", ""},
		{"p.yml --", ""},
		{"-- -x", ""},
		{"p.yml -vx", "argument -v/--verbose: ignored explicit argument 'x'"},
		{"p.yml -b5", "argument -b/--become: ignored explicit argument '5'"},
		{"p.yml --forks=", "argument -f/--forks: invalid tag_value value: ''"},
		{"p.yml -f |3", ""},
		{"p.yml -f 1_0", ""},
		{"p.yml -f +3", ""},
		{"p.yml --key", "argument --private-key/--key-file: expected one argument"},
		{"p.yml --private x --k y", ""},
		{"p.yml -e -a|b", ""},
		{"p.yml --user", "argument -u/--user: expected one argument"},
		{"p.yml --become-u", "argument --become-user: expected one argument"},
		{"p.yml - -C", ""},
		{"p.yml -h --nope", ""},
		{"p.yml -T ", ""},
	}
	for _, tt := range tests {
		_, err := normalise(words(tt.args))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if tt.args == "p.yml -T " {
			tt.want = "argument -T/--timeout: expected one argument"
		}
		if got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.args, got, tt.want)
		}
	}
}

// words parts at blanks; a bar stands for a blank inside of a word.
func words(line string) []string {
	out := strings.Fields(line)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "|", " ")
	}
	return out
}

func TestNormalise(t *testing.T) {
	tests := []struct{ args, flags, books string }{
		{"site.yml -i hosts", "--inventory=hosts", "site.yml"},
		{"-i a site.yml -i b", "--inventory=a --inventory=b", "site.yml"},
		{"a.yml -vvv b.yml", "--verbose --verbose --verbose", "a.yml b.yml"},
		{"a.yml -bK", "--become --ask-become-pass", "a.yml"},
		{"a.yml -bKf10", "--become --ask-become-pass --forks=10", "a.yml"},
		{"a.yml -f10 --forks=2", "--forks=10 --forks=2", "a.yml"},
		{"a.yml -e @v.yml -e a=1 -ea=2 -e=a=3", "--extra-vars=@v.yml --extra-vars=a=1 --extra-vars=a=2 --extra-vars=a=3", "a.yml"},
		{`a.yml -e {"b":|[2]}`, `--extra-vars={"b": [2]}`, "a.yml"},
		{"a.yml --lim x --limit=y -lz -l=w", "--limit=x --limit=y --limit=z --limit=w", "a.yml"},
		{"a.yml -CD --tags a,b -t c", "--check --diff --tags=a,b --tags=c", "a.yml"},
		{"a.yml --extra a=1", "--extra-vars=a=1", "a.yml"},
		{"a.yml --key k --private p", "--private-key=k --private-key=p", "a.yml"},
		{"a.yml --inventory-file x", "--inventory=x", "a.yml"},
		{"a.yml --vault-pass-file x", "--vault-password-file=x", "a.yml"},
		{"a.yml --ask-vault-pass", "--ask-vault-password", "a.yml"},
		{"a.yml -i host,", "--inventory=host,", "a.yml"},
		{"a.yml -f +1_0", "--forks=10", "a.yml"},
		{"a.yml -e -a|b", "--extra-vars=-a b", "a.yml"},
		{"a.yml -i -- x", "--inventory=x", "a.yml"},
		{"a.yml --ssh-common-args=-oA=b", "--ssh-common-args=-oA=b", "a.yml"},
		{"-- a.yml --check", "", "a.yml --check"},
		{"a.yml - -5", "", "a.yml - -5"},
	}
	for _, tt := range tests {
		c, err := normalise(words(tt.args))
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		if flags, books := strings.Join(c.flags, " "), strings.Join(c.words, " "); flags != tt.flags || books != tt.books {
			t.Errorf("%s:\n got %q, %q\nwant %q, %q", tt.args, flags, books, tt.flags, tt.books)
		}
	}
}

func TestHelpAndVersionEndReading(t *testing.T) {
	for _, args := range []string{"--version --nope", "p.yml -vh -Z", "-h", "p.yml --version -f x"} {
		c, err := normalise(words(args))
		if err != nil || !c.help && !c.version {
			t.Errorf("%s: help %v, version %v, %v", args, c.help, c.version, err)
		}
	}
}

func TestHint(t *testing.T) {
	for args, want := range map[string]string{
		"p.yml --limt x": "--limt is unknown, did you mean --limit?",
		"p.yml --chek":   "--chek is unknown, did you mean --check?",
		"p.yml --xyzzy":  "",
	} {
		_, err := normalise(words(args))
		u, ok := err.(*usageError)
		if !ok || u.hint != want {
			t.Errorf("%s: %#v, want hint %q", args, err, want)
		}
	}
}

func TestHelpShowsEveryOption(t *testing.T) {
	for i := range options {
		for _, n := range options[i].names {
			if !strings.Contains(helpText, n) {
				t.Errorf("help does not show %s", n)
			}
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("p.yml -bKf10 --lim x -e a=1 -- y")
	f.Fuzz(func(t *testing.T, line string) {
		c, err := normalise(words(line))
		if err == nil && !c.help && !c.version && len(c.words) == 0 {
			t.Errorf("%q: no playbook and no error", line)
		}
	})
}
