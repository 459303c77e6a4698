package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/vars/vault"
)

// vaultSource is one place of a vault password: an identity, and a file or a prompt.
type vaultSource struct {
	id, place, prompt string // prompt: "" for a file
}

// vaultSecrets collects the vault passwords of settings and command line. One that cannot be had is worth a warning, unless it leaves
// none.
func (p *program) vaultSecrets(ctx context.Context, line *commandLine, cfg *config.Config, t *terminal, d *callback.Display) (vault.Secrets, error) {
	secrets := vault.Secrets{MatchID: cfg.Bool("DEFAULT_VAULT_ID_MATCH")}
	var last error
	for _, s := range vaultSources(line, cfg) {
		password, err := p.vaultPassword(ctx, s, t)
		if err != nil {
			d.Warning(s.failure(err))
			last = err
			continue
		}
		secrets.List = append(secrets.List, vault.Secret{ID: s.id, Password: password})
	}
	if len(secrets.List) == 0 && last != nil {
		return secrets, last
	}
	return secrets, nil
}

func vaultSources(line *commandLine, cfg *config.Config) []vaultSource {
	def := cfg.Str("DEFAULT_VAULT_IDENTITY")
	var out []vaultSource
	for _, spec := range append(cfg.List("DEFAULT_VAULT_IDENTITY_LIST"), line.values("--vault-id")...) {
		id, place, found := strings.Cut(spec, "@")
		if !found {
			id, place = def, spec
		}
		if id == "" {
			id = def
		}
		s := vaultSource{id: id, place: place}
		if place == "prompt" || place == "prompt_ask_vault_pass" {
			s.prompt = fmt.Sprintf("Vault password (%s): ", id)
		}
		out = append(out, s)
	}
	files := line.values("--vault-password-file")
	if f := cfg.Str("DEFAULT_VAULT_PASSWORD_FILE"); f != "" && len(files) == 0 {
		files = []string{f}
	}
	for _, f := range files {
		out = append(out, vaultSource{id: def, place: f})
	}
	if line.has("--ask-vault-password") || cfg.Bool("DEFAULT_ASK_VAULT_PASS") && len(files) == 0 {
		out = append(out, vaultSource{id: def, prompt: "Vault password: "})
	}
	return out
}

func (p *program) vaultPassword(ctx context.Context, s vaultSource, t *terminal) ([]byte, error) {
	if s.prompt == "" {
		return vault.ReadPassword(ctx, absolute(s.place), s.id, p.stderr)
	}
	answer, err := t.Secret(ctx, s.prompt)
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("EOFError (ctrl-d) on prompt for (%s)", s.id)
	case err != nil:
		return nil, err
	case strings.TrimSpace(answer) == "":
		return nil, said("Invalid vault password was provided")
	}
	return []byte(strings.TrimSpace(answer)), nil
}

// failure is the warning about a password that cannot be had.
func (s vaultSource) failure(err error) string {
	var pe *vault.PasswordError
	switch {
	case s.prompt != "":
		return fmt.Sprintf("Error in vault password prompt (%s): %v", s.id, err)
	case errors.As(err, &pe) && pe.Missing:
		return fmt.Sprintf("Error getting vault password file (%s): %v", s.id, err)
	default:
		return fmt.Sprintf("Error in vault password file loading (%s): %v", s.id, err)
	}
}
