package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func loadFrom(t *testing.T, text string) *Config {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ansible.cfg"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(Sources{Dir: dir, Home: "/home/u", System: "/none", Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The example of an ansible.cfg says what holds without it, and as comments it says nothing.
func TestExample(t *testing.T) {
	plain, disabled, all := loadFrom(t, ""), loadFrom(t, Example(pointers(settings[:]), true)), loadFrom(t, Example(pointers(settings[:]), false))
	set := 0
	for i := range settings {
		s := &settings[i]
		if disabled.Origin(s.Name) != originDefault {
			t.Errorf("%s is set by a comment", s.Name)
		}
		if all.Origin(s.Name) == originDefault {
			continue
		}
		set++
		got, want := all.entries[i].val, plain.entries[i].val
		if list, is := got.([]string); is && len(list) == 1 && list[0] == "" {
			got = []string{} // a key with nothing behind it is a list of one empty text, in Ansible too
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v by the example, %v without", s.Name, got, want)
		}
	}
	if set < 100 {
		t.Errorf("the example sets %d settings", set)
	}
}

func TestEntries(t *testing.T) {
	var names []string
	changed := map[string]string{}
	own := 0
	for i := range settings {
		if settings[i].Own() {
			own++
		}
	}
	for e := range loadFrom(t, "[defaults]\nforks=7\n").Entries() {
		names = append(names, e.Name)
		if e.Changed() {
			changed[e.Name] = e.Value.String()
		}
	}
	if len(names) != len(settings)+1-own || changed["DEFAULT_FORKS"] != "7" || !strings.HasSuffix(changed["CONFIG_FILE"], "ansible.cfg") || len(changed) != 2 {
		t.Errorf("%d entries, changed: %v", len(names), changed)
	}
	for i := range names[1:] {
		if names[i] >= names[i+1] {
			t.Errorf("%s stands before %s", names[i], names[i+1])
		}
	}
}
