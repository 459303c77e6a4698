package payload

import (
	"strings"
	"testing"
)

func TestMoved(t *testing.T) {
	n := 0
	for line := range strings.Lines(redirects) {
		n++
		old, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, name := range []string{old, "ansible.builtin." + old, "ansible.legacy." + old} {
			if got := Moved(name); got != to && got != to+"."+old || strings.Count(got, ".") != 2 {
				t.Errorf("%s moved to %q, not %s", name, got, to)
			}
		}
		if Moved(old+"\x00") != "" || Moved("\x00"+old) != "" || Moved("a.b."+old) != "" {
			t.Errorf("what is not %s moved", old)
		}
	}
	if n < 3000 {
		t.Errorf("%d modules moved", n)
	}
	for name, want := range map[string]string{
		"": "", "~": "", "ping": "", "ansible.builtin.debug": "", "acl": "ansible.posix.acl", "zypper": "community.general.zypper",
		"aci_intf_policy_fc": "cisco.aci.aci_interface_policy_fc",
	} {
		if got := Moved(name); got != want {
			t.Errorf("%q moved to %q, not %q", name, got, want)
		}
	}
}
