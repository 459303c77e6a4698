package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars/vault"
)

// vaultSource is one place of a vault password: an identity, and a file or a prompt.
type vaultSource struct {
	id, place, prompt string // prompt: "" for a file
	confirm           string // what is asked after that for a new password; "": nothing
	given             string // the identity as the user gave it, for warnings and client programs; noID where none was given
}

// noID stands for an identity that was not given.
const noID = "None"

// vaultPlaces are where the command line says that vault passwords are.
type vaultPlaces struct {
	ids, files []string
	ask        bool
}

func placesOf(line *commandLine) vaultPlaces {
	return vaultPlaces{line.values("--vault-id"), line.values("--vault-password-file"), line.has("--ask-vault-password")}
}

// vaultSecrets collects the vault passwords of settings and command line.
func (p *program) vaultSecrets(ctx context.Context, line *commandLine, cfg *config.Config, t *terminal, d *callback.Display) (vault.Secrets, error) {
	return p.collectSecrets(ctx, vaultSources(line, cfg), cfg, t, d)
}

// vaultOf has the passwords of settings and command line, or is nil where there are none.
func (p *program) vaultOf(ctx context.Context, line *commandLine, cfg *config.Config, d *callback.Display) (value.Vault, error) {
	secrets, err := p.vaultSecrets(ctx, line, cfg, &terminal{in: p.stdin, out: p.stderr}, d)
	if err != nil || len(secrets.List) == 0 {
		return nil, err
	}
	return vault.NewMemory(secrets), nil
}

// collectSecrets gets the passwords of places. One that cannot be had is worth a warning, unless it leaves none.
func (p *program) collectSecrets(ctx context.Context, places []vaultSource, cfg *config.Config, t *terminal, d *callback.Display) (vault.Secrets, error) {
	secrets := vault.Secrets{MatchID: matchesIDs(cfg)}
	var last error
	for _, s := range places {
		password, err := p.vaultPassword(ctx, s, t)
		if ctx.Err() != nil {
			return secrets, ctx.Err()
		}
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

// matchesIDs tells whether only passwords of the data's own id shall be tried. The setting has no type: Ansible takes any text for yes.
func matchesIDs(cfg *config.Config) bool {
	const name = "DEFAULT_VAULT_ID_MATCH"
	return cfg.Origin(name) != "default" && cfg.Str(name) != ""
}

func vaultSources(line *commandLine, cfg *config.Config) []vaultSource {
	places := placesOf(line)
	places.ids = append(slices.Clone(cfg.List("DEFAULT_VAULT_IDENTITY_LIST")), places.ids...)
	return places.sources(cfg)
}

func (v vaultPlaces) sources(cfg *config.Config) []vaultSource {
	def := cfg.Str("DEFAULT_VAULT_IDENTITY")
	var out []vaultSource
	for _, spec := range v.ids {
		id, place, found := strings.Cut(spec, "@")
		given := id
		if !found {
			given, place = noID, spec
		}
		if id == "" || !found {
			id = def
		}
		s := vaultSource{id: id, place: place, given: given}
		if place == "prompt" || place == "prompt_ask_vault_pass" {
			s.prompt = fmt.Sprintf("Vault password (%s): ", id)
		}
		out = append(out, s)
	}
	files := v.files
	if f := cfg.Str("DEFAULT_VAULT_PASSWORD_FILE"); f != "" && len(files) == 0 {
		files = []string{f}
	}
	for _, f := range files {
		out = append(out, vaultSource{id: def, place: f, given: def})
	}
	if v.ask || cfg.Bool("DEFAULT_ASK_VAULT_PASS") && len(files) == 0 {
		out = append(out, askForVault(cfg))
	}
	return out
}

func askForVault(cfg *config.Config) vaultSource {
	id := cfg.Str("DEFAULT_VAULT_IDENTITY")
	return vaultSource{id: id, prompt: "Vault password: ", given: id}
}

// forNew makes places those of new passwords, which are asked for twice.
func forNew(places []vaultSource) []vaultSource {
	for i := range places {
		switch s := &places[i]; s.prompt {
		case "":
		case "Vault password: ":
			s.prompt, s.confirm = "New Vault password: ", "Confirm New Vault password: "
		default:
			s.prompt, s.confirm = fmt.Sprintf("New vault password (%s): ", s.id), fmt.Sprintf("Confirm new vault password (%s): ", s.id)
		}
	}
	return places
}

func (p *program) vaultPassword(ctx context.Context, s vaultSource, t *terminal) ([]byte, error) {
	if s.prompt == "" {
		id := s.given
		if id == noID {
			id = ""
		}
		return vault.ReadPassword(ctx, absolute(cmp.Or(s.place, ".")), id, p.stderr)
	}
	password, err := s.ask(ctx, t, s.prompt)
	if err != nil || s.confirm == "" {
		return password, err
	}
	again, err := s.ask(ctx, t, s.confirm)
	if err == nil && !bytes.Equal(password, again) {
		err = said("Passwords do not match")
	}
	return password, err
}

func (s vaultSource) ask(ctx context.Context, t *terminal, prompt string) ([]byte, error) {
	answer, err := t.Secret(ctx, prompt)
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
		return fmt.Sprintf("Error in vault password prompt (%s): %v", s.given, err)
	case errors.As(err, &pe) && pe.Missing:
		return fmt.Sprintf("Error getting vault password file (%s): %v", s.given, err)
	default:
		return fmt.Sprintf("Error in vault password file loading (%s): %v", s.given, err)
	}
}
