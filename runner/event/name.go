package event

import "strings"

// BaseName is the task's action without ansible.builtin's namespaces, by which printers
// know it: debug, for ansible.builtin.debug too.
func (t *Task) BaseName() string {
	for _, namespace := range []string{"ansible.builtin.", "ansible.legacy."} {
		if rest, found := strings.CutPrefix(t.Action, namespace); found {
			return rest
		}
	}
	return t.Action
}
