package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars/vault"
)

func vaultRows() []row {
	return []row{
		{name: "vault", params: "secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None", run: vaultFilter},
		{name: "unvault", params: "secret, vault_id='filter_default', vaultid=None", run: unvault, keeps: true},
	}
}

func vaultFilter(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if u, ok := in.(*value.Undefined); ok {
		return nil, u.Raise()
	}
	secret, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "Secret passed is required to be a string, instead we got %s.", typeName(a[0]))
	}
	plainText, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "Can only vault strings, instead we got %s.", typeName(in))
	}
	if a[3].Truth() {
		return nil, value.Errorf("AnsibleFilterError", "the option wrap_object is not supported: ansible-core gives the vault's secret in place of the text")
	}
	var salt []byte
	if !isNone(a[1]) && a[1].Truth() {
		salt = []byte(a[1].String())
	}
	out, err := vault.EncryptSalted([]byte(plainText), vault.Secret{ID: vaultID(a[2], a[4]), Password: []byte(secret)}, salt)
	return value.String(out), err
}

// vaultID gives the option vault_id, or vaultid, its old name.
func vaultID(id, old value.Value) string {
	if !isNone(old) {
		return old.String()
	}
	return id.String()
}

func unvault(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	secret, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "Secret passed is required to be as string, instead we got %s.", typeName(a[0]))
	}
	if !vault.IsVault([]byte(t)) {
		return value.String(t), nil
	}
	secrets := vault.Secrets{List: []vault.Secret{{ID: vaultID(a[1], a[2]), Password: []byte(secret)}}}
	out, err := secrets.Decrypt([]byte(t))
	if err != nil {
		return nil, value.Errorf("AnsibleFilterError", "Unable to decrypt: %s", err)
	}
	return value.String(out), nil
}
