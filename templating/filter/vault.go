package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars/vault"
)

func vaultRows() []row {
	return []row{
		{name: "vault", params: "secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None", run: vaultFilter},
		{name: "unvault", params: "secret, vault_id='filter_default', vaultid=None", run: unvault},
	}
}

func vaultFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	plainText, err := text(s, in)
	if err != nil {
		return nil, err
	}
	secret, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "Secret passed is required to be a string, instead we got: %s", typeName(a[0]))
	}
	if !isNone(a[1]) || a[3].Truth() {
		return nil, value.Errorf("AnsibleFilterError", "vault: the options salt and wrap_object are not supported")
	}
	out, err := vault.Encrypt([]byte(plainText), vault.Secret{ID: a[2].String(), Password: []byte(secret)})
	return value.String(out), err
}

func unvault(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	secret, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "Secret passed is required to be as string, instead we got: %s", typeName(a[0]))
	}
	if !vault.IsVault([]byte(t)) {
		return value.String(t), nil
	}
	secrets := vault.Secrets{List: []vault.Secret{{ID: a[1].String(), Password: []byte(secret)}}}
	out, err := secrets.Decrypt([]byte(t))
	if err != nil {
		return nil, value.Errorf("AnsibleFilterError", "Unable to decrypt: %s", err)
	}
	return value.String(out), nil
}
