package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/vars/vault"
)

// vaultActions are what the command vault does, in the order in which messages list them.
var vaultActions = []string{"create", "decrypt", "edit", "view", "encrypt", "encrypt_string", "rekey"}

// vaultOptions gives the options of an action, those that all have first.
func vaultOptions(action string) optionTable {
	table := some("--help", "--verbose", "--vault-id", "--ask-vault-password", "--vault-password-file")
	add := func(o ...option) { table = append(table, o...) }
	encryptID := option{names: []string{"--encrypt-vault-id"}, kind: text}
	output := option{names: []string{"--output"}, kind: text}
	switch action {
	case "create":
		add(encryptID, option{names: []string{"--skip-tty-check"}, kind: flag})
	case "edit":
		add(encryptID)
	case "decrypt":
		add(output)
	case "encrypt":
		add(output, encryptID)
	case "encrypt_string":
		add(
			output, encryptID, option{names: []string{"-p", "--prompt"}, kind: flag}, option{names: []string{"--show-input"}, kind: flag},
			option{names: []string{"-n", "--name"}, kind: many}, option{names: []string{"--stdin-name"}, kind: text},
		)
	case "rekey":
		add(
			encryptID, option{names: []string{"--new-vault-password-file"}, kind: text, excludes: "new password"},
			option{names: []string{"--new-vault-id"}, kind: text, excludes: "new password"},
		)
	}
	return table
}

// readVault reads the command line of vault.
func readVault(args []string) (*commandLine, error) {
	return readAction(args, vaultActions, vaultOptions)
}

// readAction reads the command line of a command with actions: few options, the action, and its own options and words.
func readAction(args, actions []string, table func(action string) optionTable) (*commandLine, error) {
	at := slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") || a == "-" })
	before := args
	if at >= 0 {
		before = args[:at]
	}
	c, err := read(before, some("--help", "--version", "--verbose"))
	switch {
	case err != nil || c.help || c.version:
		return c, err
	case at < 0:
		return c, &usageError{"the following arguments are required: action", c.hint()}
	case !slices.Contains(actions, args[at]):
		near := source.Nearest(args[at], slices.Clone(actions)) // which sorts them
		if near != "" {
			near = fmt.Sprintf("did you mean %s?", near)
		}
		return c, &usageError{fmt.Sprintf("argument action: invalid choice: %s (choose from '%s')", pyQuote(args[at]), strings.Join(actions, "', '")), near}
	}
	unknown := c.unknown
	if c, err = read(args[at+1:], table(args[at])); err != nil || c.help {
		return c, err
	}
	c.action, c.unknown = args[at], append(unknown, c.unknown...)
	return c, c.unrecognised()
}

// wrongOption is a command line that is well formed but asks for what cannot be.
func wrongOption(format string, args ...any) error {
	return &source.Error{Msg: fmt.Sprintf(format, args...), Exit: runner.ExitOptions}
}

// vaulting is one call of the command vault.
type vaulting struct {
	*program
	cfg  *config.Config
	line *commandLine
	d    *callback.Display
	t    *terminal

	secrets vault.Secrets
	secret  vault.Secret // what encrypts
	salt    []byte       // for encryption; nil: a random one
}

// vault does what an action is for.
func (p *program) vault(cfg *config.Config, line *commandLine) int {
	d, closeLog := p.display(cfg, &runner.Options{Verbosity: line.count("--verbose")})
	defer closeLog()
	v := &vaulting{program: p, cfg: cfg, line: line, d: d, t: &terminal{in: p.stdin, out: p.stderr}}
	if salt := cfg.Str("VAULT_ENCRYPT_SALT"); salt != "" {
		v.salt = []byte(salt)
	}
	for _, w := range cfg.Warnings() {
		v.d.Warning(w)
	}
	p.announce(v.d, cfg, line.count("--verbose"))
	// An editor gets the chance to end, and its text is removed, however often the user asks for the end.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := v.act(ctx)
	switch {
	case ctx.Err() != nil:
		v.d.Error("User interrupted execution", true)
		return runner.ExitInterrupted
	case err != nil:
		v.d.Error(source.Report(err), true)
		return exitOf(err)
	}
	return runner.ExitOK
}

// exitOf is the exit code of a command that ends with an error, which is no playbook's.
func exitOf(err error) int {
	var at *source.Error
	if errors.As(err, &at) && at.Exit != 0 {
		return at.Exit
	}
	return runner.ExitError
}

func (v *vaulting) act(ctx context.Context) error {
	if err := v.check(); err != nil {
		return err
	}
	if err := v.unlock(ctx); err != nil {
		return err
	}
	switch v.line.action {
	case "create":
		return v.create(ctx)
	case "edit":
		return v.each(ctx, nil, v.edit)
	case "view":
		return v.each(ctx, nil, v.view)
	case "decrypt":
		v.announceStdin("Reading ciphertext input from stdin")
		return v.told("Decryption successful", v.each(ctx, []string{"-"}, v.decrypt))
	case "encrypt":
		v.announceStdin("Reading plaintext input from stdin")
		return v.told("Encryption successful", v.each(ctx, []string{"-"}, v.encrypt))
	case "encrypt_string":
		return v.told("Encryption successful", v.encryptStrings(ctx))
	}
	if err := v.each(ctx, nil, v.rekey); err != nil {
		return err
	}
	v.tell("Rekey successful")
	return nil
}

// check finds what cannot go together.
func (v *vaulting) check() error {
	for _, id := range v.line.values("--vault-id") {
		if strings.Contains(id, ";") {
			return wrongOption("'%s' is not a valid vault id. The character ';' is not allowed in vault ids", id)
		}
	}
	if v.line.value("--output") != "" && len(v.line.words) > 1 {
		return wrongOption("At most one input file may be used with the --output option")
	}
	if v.line.action == "encrypt_string" && v.line.has("--prompt") && v.fromStdin() {
		return wrongOption("The --prompt option is not supported if also reading input from stdin")
	}
	return nil
}

// each does something with every file that is named, or with those that are meant where none is.
func (v *vaulting) each(ctx context.Context, otherwise []string, do func(ctx context.Context, name string) error) error {
	names := v.line.words
	if len(names) == 0 {
		names = otherwise
	}
	for _, name := range names {
		if err := do(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// unlock gets the passwords and chooses the one that encrypts.
func (v *vaulting) unlock(ctx context.Context) error {
	places := vaultSources(v.line, v.cfg)
	if len(places) == 0 {
		places = append(places, askForVault(v.cfg))
	}
	creates := slices.Contains([]string{"encrypt", "encrypt_string", "create"}, v.line.action)
	if creates {
		places = forNew(places)
	}
	var err error
	if v.secrets, err = v.collectSecrets(ctx, places, v.cfg, v.t, v.d); err != nil {
		return err
	}
	switch {
	case creates && len(v.secrets.List) > 1 && v.encryptID() == "":
		return wrongOption("The vault-ids %s are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id", v.ids())
	case creates:
		v.secret, err = v.secrets.ToEncrypt(v.encryptID())
	case v.line.action == "rekey":
		v.secret, err = v.newSecret(ctx)
	}
	return err
}

func (v *vaulting) encryptID() string {
	if id := v.line.value("--encrypt-vault-id"); id != "" {
		return id
	}
	return v.cfg.Str("DEFAULT_VAULT_ENCRYPT_IDENTITY")
}

func (v *vaulting) ids() string {
	ids := make([]string, len(v.secrets.List))
	for i, s := range v.secrets.List {
		ids[i] = s.ID
	}
	return strings.Join(ids, ",")
}

// newSecret gets the password that files are to have.
func (v *vaulting) newSecret(ctx context.Context) (vault.Secret, error) {
	places := vaultPlaces{files: v.line.values("--new-vault-password-file"), ask: v.line.has("--ask-vault-password")}
	if v.encryptID() != "" {
		places.ids = slices.Clone(v.cfg.List("DEFAULT_VAULT_IDENTITY_LIST"))
	}
	places.ids = append(places.ids, v.line.values("--new-vault-id")...)
	sources := places.sources(v.cfg)
	if len(sources) == 0 {
		sources = append(sources, askForVault(v.cfg))
	}
	secrets, err := v.collectSecrets(ctx, forNew(sources), v.cfg, v.t, v.d)
	if err != nil {
		return vault.Secret{}, err
	}
	return secrets.ToEncrypt(v.encryptID())
}

// tell writes a line to stderr.
func (v *vaulting) tell(text string) { _, _ = fmt.Fprintln(v.stderr, text) }

// told says that all went well, to somebody who sees no result.
func (v *vaulting) told(text string, err error) error {
	if err == nil && v.atTerminal() {
		v.tell(text)
	}
	return err
}

func (v *vaulting) atTerminal() bool { return isTerminal(v.stdout) }

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// announceStdin tells somebody at a terminal that goplay waits for input.
func (v *vaulting) announceStdin(text string) {
	if len(v.line.words) == 0 && isTerminal(v.stdin) {
		v.tell(text)
	}
}
