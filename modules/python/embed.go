// Package python embeds goplay's own Python modules and the module_utils that
// they import, so that a controller needs nothing but its binary.
//
// The tree mirrors Python's import paths: ansible/modules/file.py is the module
// ansible.modules.file, ansible/module_utils/basic.py is what module authors
// import as ansible.module_utils.basic. Package payload walks FS by those paths
// to find a module's closure; the agent ships the files under the same names.
//
// Below collections/ansible_collections are goplay's own modules of collections,
// which are used where the collection is not installed (docs/decisions/0030-own-modules-of-collections.md).
//
// Everything in these folders is standard library only and Python 3.6 syntax. A
// module reads its arguments from ansible.module_utils.basic._ANSIBLE_ARGS (the
// agent sets it), from the file named by its first argument, or from standard
// input, which is how it is tried by hand:
//
//	echo '{"ANSIBLE_MODULE_ARGS": {}}' | PYTHONPATH=modules/python python3 -m ansible.modules.ping
package python

import (
	"embed"
	"io/fs"
)

// FS holds the folder "ansible" with every embedded Python file.
//
//go:embed all:ansible
var FS embed.FS

// Collections holds the folder "ansible_collections" with goplay's own modules of collections.
var Collections = sub(collections, "collections")

//go:embed all:collections
var collections embed.FS

func sub(fsys fs.FS, dir string) fs.FS {
	below, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // only a name that is no path gives one
	}
	return below
}
