package action

import (
	"io/fs"
	"sync"
	"syscall"
)

// umask gives the umask of this process. Reading it takes setting it, so it is read once, before any file is made.
var umask = sync.OnceValue(func() fs.FileMode {
	old := syscall.Umask(0)
	syscall.Umask(old)
	return fs.FileMode(old)
})
