package templating

import (
	"regexp"
	"sync"

	"github.com/goplay/goplay/templating/value"
)

// errTimeless refuses what another moment might answer otherwise.
var errTimeless = value.Errorf("AnsibleError", "this depends on the moment")

// fleeting finds what lets a template give another value a little later: lookups, files, names, the time, chance. In doubt it does.
var fleeting = sync.OnceValue(func() *regexp.Regexp {
	const names = `lookup|query|q|include|import|extends|now|strftime|random|random_mac|shuffle|lipsum|password_hash|vault|hash_salt|type5_pw|` +
		`fileglob|realpath|expandvars|expanduser|resolvable|link_exists|same_file|is_same_file`
	const files = `file|is_file|exists|directory|is_dir|link|is_link|mount|is_mount`
	return regexp.MustCompile(`\b(` + names + `)\b|\bis\s+(not\s+)?(ansible\.builtin\.)?(` + files + `)\b|["'](ansible\.builtin\.)?(` + files + `)["']`)
})
