package pyhost

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/goplay/goplay/modules/python"
)

// files are the package ansible as plugins on the controller see it, and the program that runs them.
//
//go:embed all:py
var files embed.FS

// loader is the program that starts the rest: it reads the first frame, which is the text of boot.py. Its arguments are those of main.
const loader = `import os,struct,sys
i=int(sys.argv[1])
def read(n):
    b=b""
    while len(b)<n:
        c=os.read(i,n-len(b))
        if not c:sys.exit()
        b+=c
    return b
m={"__name__":"goplay"}
exec(compile(read(struct.unpack(">I",read(4))[0]),"goplay:boot.py","exec"),m)
m["main"](i,int(sys.argv[2]),sys.argv[3:])`

func bootProgram() []byte {
	text, err := files.ReadFile("py/boot.py")
	if err != nil {
		panic(err) // it is embedded
	}
	return text
}

// module is a Python module of goplay's, as the side car imports it.
type module struct {
	Text    string `json:"text"`
	File    string `json:"file"`
	Package bool   `json:"package"`
}

// moduleOf gives a module by its dotted name; nil: there is none. The controller's own come before those that modules on targets have.
func moduleOf(name string) *module {
	base := strings.ReplaceAll(name, ".", "/")
	own, err := fs.Sub(files, "py")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, from := range []fs.FS{own, python.FS} {
		for _, path := range []string{base + "/__init__.py", base + ".py"} {
			if data, err := fs.ReadFile(from, path); err == nil {
				return &module{Text: string(data), File: "goplay:" + path, Package: strings.HasSuffix(path, "/__init__.py")}
			}
		}
	}
	return nil
}
