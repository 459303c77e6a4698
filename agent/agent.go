// Package agent runs modules on targets. A [Session] is a small Python process on the target, started by one remote command, that
// keeps every module file it was ever sent by content digest and runs a task in one round trip. Sessions for other users (become)
// are agents that an agent started; frames are routed along that tree, one way only.
//
// A [Pool] owns the sessions of a run: one per target, interpreter and become path, however many tasks ask. [Session.Call] runs a
// [Payload], a module with all that it imports; [Session.Put] and [Session.Fetch] move files of any size in bounded memory. The
// Python side is in py/, class by class as here; docs/agent-protocol.md specifies the wire.
//
// What went wrong shows in the error's type: a *connection.UnreachableError says that the line broke, a *[BecomeError] that the
// other user could not be had, an *[InterpreterError] that no agent started for want of a working Python, a *[TimeoutError] that
// the call's time was over, a *[FileError] that a file could not be written or read, an *[Error] that the agent could not do
// something else. A module that failed is a [Reply], not an error.
package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
)

// File is one file of a payload: where it lies in the Python path, and its content by digest.
type File struct {
	Path   string // "ansible/modules/ping.py"
	Digest string // lower-case hex of the content's SHA-256
	Data   []byte // shared, never changed
}

// NewFile gives a file with its digest.
func NewFile(path string, data []byte) File {
	sum := sha256.Sum256(data)
	return File{Path: path, Digest: hex.EncodeToString(sum[:]), Data: data}
}

// Payload is a module with everything that it imports.
type Payload struct {
	Name     string // for messages: "ansible.builtin.ping"
	Main     string // Path of the file that is run as __main__
	Files    []File // Main and its module_utils closure
	Kind     Kind
	Source   string // where Main was found on the controller, for messages
	Manifest File   // the list of Files, itself kept by digest; made by Seal
}

// Seal makes the manifest. A payload must not change afterwards.
func (p *Payload) Seal() {
	lines := make([]string, 0, len(p.Files))
	for _, f := range p.Files {
		lines = append(lines, f.Digest+" "+f.Path+"\n")
	}
	sort.Strings(lines)
	p.Manifest = NewFile("", []byte(strings.Join(lines, "")))
}

// Kind says how a module is run and gets its arguments.
type Kind int

// The kinds of modules.
const (
	NewStyle Kind = iota // Python that imports ansible.module_utils: runs in a forked child
	WantJSON             // any program that reads a JSON file named by its first argument
	OldStyle             // any program that reads key=value from a file named by its first argument
	Binary               // an executable; reads a JSON file
	JSONArgs             // a script in whose text the arguments take the place of a mark
)

// Call is one run of a module.
type Call struct {
	Payload      *Payload
	Args         []byte            // JSON object of the module's arguments with the internal _ansible_ ones
	Environment  map[string]string // added to the login environment for this run
	Attachments  []Attachment
	RemoteTmp    string            // where the run's private folder, _ansible_tmpdir, is made; "": as the pool's options say
	OpenFiles    int               // soft limit of open files for a module in Python, below the hard one; 0: as it is
	Interpreters map[string]string // programs to use for a script's interpreter, by its name: "bash" -> "/opt/bin/bash"
	Lane         uint64            // calls of one lane run one after the other, in the order in which they were sent; 0: none
	Guard        bool              // of all calls of a lane: once one of them is no plain success, the lane's others don't begin
	Sent         func()            // called once when the request is on its way; nil: nobody wants to know
	Keep         bool              // the module's files stay on the target, with what runs it again
	Timeout      time.Duration     // 0: none; when it is over the module's process group is killed
}

// Attachment is a file that goes along with a call. The agent writes it to a private temporary file, sets the module's argument
// to its path, and removes it when the module has ended.
type Attachment struct {
	Param string // name of the argument that receives the path: "src"
	Name  string // base name of the temporary file; "": ".source"
	Size  int64
	Open  func() (io.ReadCloser, error)
}

// Reply is how a module ended. A module that failed is a Reply, not an error.
type Reply struct {
	Stdout  []byte // all of it, as the module wrote it
	Stderr  []byte
	Dropped bool // it did not begin, since a call before it in its guarded lane was no plain success

	Exit  int    // exit status, 128+n when a signal ended it
	Crash string // the message of the exception that ended a new-style module; its traceback is in Stderr

	// Causes are the messages of the exceptions that were the cause of that one; Apart says that the last exception of all came up while
	// another one was handled.
	Causes []string
	Apart  bool

	Syntax   *SyntaxError // what Python could not read, if that was it
	Kept     string       // the folder on the target with the files of a call that keeps them
	Returned bool         // a new-style module's code came to its end: it neither exited nor failed
}

// SyntaxError is a place in a file of a payload that is no Python.
type SyntaxError struct {
	File   string // its path in the payload
	Line   int
	Column int
}

// UnmarshalJSON reads it as a list of the three.
func (e *SyntaxError) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&e.File, &e.Line, &e.Column})
}

// Become says as which user, and by which program, an agent is started.
type Become = connection.Become
