package powershell_test

import (
	"strings"
	"testing"

	interpreter "github.com/goplay/goplay/internal/powershell"
)

// users is a machine with two groups, and one user if it is made.
func users(m *interpreter.Machine) {
	var user *interpreter.Hash
	var entry *interpreter.Object
	password, flags := "", 0
	members := map[string]bool{}
	text := func(v any) *interpreter.Hash { return interpreter.NewHash("Value", v) }
	set := func(named *interpreter.Hash) {
		for _, k := range []string{"FullName", "Description", "UserMayChangePassword"} {
			if v, ok := named.Get(k); ok {
				user.Set(k, v)
			}
		}
		if v, ok := named.Get("PasswordNeverExpires"); ok {
			flags = 0
			if v == true {
				flags = 0x10000
			}
		}
		if v, ok := named.Get("Password"); ok {
			password = interpreter.Text(v)
		}
	}
	create := func(named *interpreter.Hash) {
		user = interpreter.NewHash("Name", field(named, "Name"), "SID", text("S-1"), "Enabled", true, "UserMayChangePassword", true, "FullName", "", "Description", "", "PasswordExpires", nil)
		fields := interpreter.NewHash("PasswordExpired", text(0), "IsAccountLocked", true, "HomeDirectory", text(""), "LoginScript", text(""), "Profile", text(""))
		entry = interpreter.NewObject(fields, map[string]func([]any) (any, error){
			"get_userflags": func([]any) (any, error) { return text(flags), nil },
			"put": func(args []any) (any, error) {
				entry.Fields.Set(interpreter.Text(args[0]), text(args[1]))
				return nil, nil
			},
			"setinfo": func([]any) (any, error) {
				if v, _ := entry.Fields.Get("PasswordExpired"); v == 0 || v == 1 {
					entry.Fields.Set("PasswordExpired", text(v))
				}
				return nil, nil
			},
		})
		set(named)
	}
	does := func(f func(named *interpreter.Hash)) interpreter.Cmdlet {
		return func(named *interpreter.Hash, _, _ []any) ([]any, error) { f(named); return nil, nil }
	}
	gives := func(f func(named *interpreter.Hash, rest []any) any) interpreter.Cmdlet {
		return func(named *interpreter.Hash, rest, _ []any) ([]any, error) {
			if v := f(named, rest); v != nil {
				return []any{v}, nil
			}
			return nil, nil
		}
	}
	m.Cmdlets = map[string]interpreter.Cmdlet{
		"get-localuser": gives(func(*interpreter.Hash, []any) any {
			if user == nil {
				return nil
			}
			return user
		}),
		"new-localuser": does(create), "set-localuser": does(set), "remove-localuser": does(func(*interpreter.Hash) { user = nil }),
		"disable-localuser": does(func(*interpreter.Hash) { user.Set("Enabled", false) }), "enable-localuser": does(func(*interpreter.Hash) { user.Set("Enabled", true) }),
		"get-localgroup": func(*interpreter.Hash, []any, []any) ([]any, error) {
			return []any{interpreter.NewHash("Name", "Admins", "SID", "a"), interpreter.NewHash("Name", "Users", "SID", "u")}, nil
		},
		"get-localgroupmember": gives(func(named *interpreter.Hash, _ []any) any {
			if members[map[string]string{"a": "Admins", "u": "Users"}[field(named, "SID")]] {
				return interpreter.NewHash("SID", text("S-1"))
			}
			return nil
		}),
		"add-localgroupmember":    does(func(named *interpreter.Hash) { members[field(named, "Group")] = true }),
		"remove-localgroupmember": does(func(named *interpreter.Hash) { delete(members, field(named, "Group")) }),
		"convertto-securestring":  gives(func(_ *interpreter.Hash, rest []any) any { return rest[0] }),
		"add-type":                does(func(*interpreter.Hash) {}),
		"[adsi]":                  gives(func(*interpreter.Hash, []any) any { return entry }),
		"new-object": gives(func(_ *interpreter.Hash, rest []any) any {
			if !strings.HasSuffix(interpreter.Text(rest[0]), "PrincipalContext") {
				return nil
			}
			return interpreter.NewObject(&interpreter.Hash{}, map[string]func([]any) (any, error){
				"validatecredentials": func(args []any) (any, error) { return args[1] == password, nil },
				"dispose":             func([]any) (any, error) { return nil, nil },
			})
		}),
	}
}

func TestUser(t *testing.T) {
	m := machine(t)
	users(m)
	group := func(name string) want { return want{"name": name, "path": "WinNT://./" + name} }
	steps(
		t, m, "win_user",
		step{args{"name": "joe", "state": "query"}, want{"changed": false, "state": "absent"}},
		step{args{"name": "joe", "state": "absent"}, want{"changed": false, "msg": "User 'joe' was not found"}},
		step{args{"name": "joe", "password": "pw", "groups": "Users"}, want{"changed": true, "state": "present", "diff": diff("", "joe\ngroup: Users\n"), "groups": []any{group("Users")}}},
		step{args{"name": "joe", "password": "pw"}, want{"changed": false}},
		step{args{"name": "joe", "password": "other", "update_password": "on_create"}, want{"changed": false}},
		step{args{"name": "joe", "password": "other"}, want{"changed": true, "diff": diff("password: ***\n", "password: *** (another)\n")}},
		step{args{"name": "joe", "fullname": "Joe D", "description": "d"}, want{"changed": true, "fullname": "Joe D", "description": "d"}},
		step{args{"name": "joe", "password_never_expires": true, "user_cannot_change_password": true}, want{"changed": true, "password_never_expires": true, "user_cannot_change_password": true}},
		step{args{"name": "joe", "password_never_expires": true, "user_cannot_change_password": true}, want{"changed": false}},
		step{args{"name": "joe", "account_disabled": true}, want{"changed": true, "account_disabled": true}},
		step{args{"name": "joe", "account_disabled": false, "password_expired": true}, want{"changed": true, "account_disabled": false, "password_expired": true}},
		step{args{"name": "joe", "password_expired": true}, want{"changed": false}},
		step{args{"name": "joe", "account_locked": false}, want{"changed": true, "account_locked": false}},
		step{args{"name": "joe", "account_locked": true}, want{"failed": true, "msg": "account_locked must be set to 'no' if provided"}},
		step{args{"name": "joe", "home_directory": `C:\j`}, want{"changed": true}},
		step{args{"name": "joe", "home_directory": `C:\j`}, want{"changed": false}},
		step{args{"name": "joe", "groups": []any{"Admins"}, "groups_action": "add"}, want{"changed": true, "groups": []any{group("Admins"), group("Users")}}},
		step{args{"name": "joe", "groups": []any{"Admins"}}, want{"changed": true, "groups": []any{group("Admins")}}},
		step{args{"name": "joe", "groups": []any{"Admins"}, "groups_action": "remove"}, want{"changed": true, "groups": []any{}}},
		step{args{"name": "joe", "state": "absent"}, want{"changed": true, "diff": diff("joe\n", "")}},
	)
}
