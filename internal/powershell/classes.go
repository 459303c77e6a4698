package powershell

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	gohash "hash"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/goplay/goplay/connection/psrp/clixml"
)

// static gives a static member of a type, or the result of one that is called.
func (r *runspace) static(typ, name string, args []any, call bool) (any, error) {
	key := strings.TrimPrefix(strings.ToLower(typ+"::"+name), "system.")
	if f := statics[key]; f != nil {
		return f(r, args)
	}
	if strings.HasPrefix(key, "io.filemode::") || strings.HasPrefix(key, "io.fileaccess::") || strings.HasPrefix(key, "io.fileshare::") || strings.HasPrefix(key, "io.searchoption::") {
		return name, nil // names are told, not numbers
	}
	return nil, fmt.Errorf("powershell: [%s]::%s is not known here", typ, name)
}

// setStatic sets a static property: that of the console's encodings has no effect.
func (m *Machine) setStatic(typ, name string, _ any) error {
	if typ == "System.Console" && strings.HasSuffix(name, "Encoding") {
		return nil
	}
	return fmt.Errorf("powershell: [%s]::%s cannot be set here", typ, name)
}

type static func(r *runspace, args []any) (any, error)

func constant(v any) static { return func(*runspace, []any) (any, error) { return v, nil } }

// pure makes a member of a function of texts.
func pure(f func(args []string) any) static {
	return func(_ *runspace, args []any) (any, error) {
		var words []string
		for _, a := range args {
			words = append(words, Text(a))
		}
		return f(words), nil
	}
}

// statics are the members of types, by "type::member" without "system.".
var statics map[string]static

func init() { // a table that would lead back to itself
	statics = map[string]static{
		"string::isnullorempty": pure(func(a []string) any { return a[0] == "" }),
		"string::join":          func(_ *runspace, args []any) (any, error) { return joined(args[1], Text(args[0])), nil },
		"math::floor":           func(_ *runspace, args []any) (any, error) { f, _ := number(args[0]); return whole(math.Floor(f)), nil },
		"math::round":           rounded,
		"math::max": func(_ *runspace, args []any) (any, error) {
			a, _ := number(args[0])
			b, _ := number(args[1])
			return whole(max(a, b)), nil
		},
		"security.principal.windowsidentity::getcurrent": constant(NewObject(NewHash("User", NewHash("Value", "S-1-5-21-1-2-3-1001")), nil)),
		"math::min": func(_ *runspace, args []any) (any, error) {
			a, _ := number(args[0])
			b, _ := number(args[1])
			return whole(min(a, b)), nil
		},
		"bitconverter::tostring": func(_ *runspace, args []any) (any, error) {
			var pairs []string
			for _, b := range args[0].([]byte) {
				pairs = append(pairs, strings.ToUpper(hex.EncodeToString([]byte{b})))
			}
			return strings.Join(pairs, "-"), nil
		},
		"convert::tobase64string": func(r *runspace, args []any) (any, error) {
			b, err := bytesOf(args[0])
			return base64.StdEncoding.EncodeToString(b), err
		},
		"convert::frombase64string":  fromBase64,
		"text.encoding::utf8":        constant(encoding("utf-8")),
		"text.encoding::unicode":     constant(encoding("utf-16")),
		"text.encoding::getencoding": func(_ *runspace, args []any) (any, error) { return encoding(Text(args[0])), nil },
		"text.utf8encoding::new":     constant(encoding("utf-8")),
		"console::openstandardinput": func(r *runspace, _ []any) (any, error) { return &Object{Type: "System.IO.Stream", inner: r.stdin}, nil },
		"console::openstandardoutput": func(r *runspace, _ []any) (any, error) {
			return &Object{Type: "System.IO.Stream", inner: r.stdout}, nil
		},
		"console::error":              func(r *runspace, _ []any) (any, error) { return writer(r.stderr), nil },
		"console::out":                func(r *runspace, _ []any) (any, error) { return writer(r.stdout), nil },
		"io.streamwriter::new":        func(_ *runspace, args []any) (any, error) { return writer(args[0].(*Object).inner.(io.Writer)), nil },
		"io.textwriter::synchronized": func(_ *runspace, args []any) (any, error) { return args[0], nil },

		"environment::getfolderpath": func(r *runspace, _ []any) (any, error) {
			return Text(r.machine.getenv("USERPROFILE")) + `\AppData\Local`, nil
		},
		"environment::exit": func(_ *runspace, args []any) (any, error) {
			n, _ := number(args[0])
			return nil, &jumping{"exit", int(n)}
		},
		"environment::machinename":            func(r *runspace, _ []any) (any, error) { return r.machine.Name, nil },
		"environment::username":               func(r *runspace, _ []any) (any, error) { return r.machine.User, nil },
		"environment::processorcount":         constant(2),
		"environment::is64bitoperatingsystem": constant(true),
		"environment::newline":                constant("\r\n"),
		"environment::getenvironmentvariable": func(r *runspace, args []any) (any, error) {
			if len(args) > 1 && !strings.EqualFold(Text(args[1]), "process") {
				v, _ := r.machine.level(Text(args[1])).Get(Text(args[0]))
				return v, nil
			}
			return r.machine.getenv(Text(args[0])), nil
		},
		"environment::setenvironmentvariable": func(r *runspace, args []any) (any, error) {
			h := r.machine.level(Text(args[2]))
			if Text(args[1]) == "" {
				h.Remove(Text(args[0]))
			} else {
				h.Set(Text(args[0]), Text(args[1]))
			}
			return void{}, nil
		},
		"microsoft.win32.registrykey::openbasekey": func(r *runspace, args []any) (any, error) { return r.machine.key(Text(args[0])), nil },
		"net.sockets.tcpclient::new":               func(*runspace, []any) (any, error) { return tcpClient(), nil },
		"text.regularexpressions.regex::ismatch": func(_ *runspace, args []any) (any, error) {
			found, err := regexp.MatchString("(?m)"+Text(args[1]), Text(args[0]))
			return found, err
		},
		"convert::toint32": toInt,
		"convert::toint64": toInt,
		"bitconverter::getbytes": func(_ *runspace, args []any) (any, error) {
			n, _ := number(args[0])
			return binary.LittleEndian.AppendUint64(nil, uint64(n)), nil
		},
		"bitconverter::toint32": func(_ *runspace, args []any) (any, error) {
			return int(int32(binary.LittleEndian.Uint32(args[0].([]byte)))), nil
		},
		"bitconverter::toint64": func(_ *runspace, args []any) (any, error) {
			return int(int64(binary.LittleEndian.Uint64(args[0].([]byte)))), nil
		},
		"environment::getenvironmentvariables":    func(r *runspace, _ []any) (any, error) { return r.machine.environment(), nil },
		"environment::expandenvironmentvariables": func(r *runspace, args []any) (any, error) { return r.machine.expand(Text(args[0])), nil },
		"environment::osversion": func(*runspace, []any) (any, error) {
			o := &Object{Type: "System.OperatingSystem"}
			o.Fields.Set("Version", version(10, 0, 20348, 0))
			return o, nil
		},
		"net.networkinformation.ipglobalproperties::getipglobalproperties": func(*runspace, []any) (any, error) {
			o := &Object{Type: "System.Net.NetworkInformation.IPGlobalProperties"}
			o.Fields.Set("DomainName", "")
			return o, nil
		},
		"threading.thread::currentthread":             func(*runspace, []any) (any, error) { return &Object{Type: "System.Threading.Thread"}, nil },
		"globalization.cultureinfo::invariantculture": constant("the one that is no country's"),
		"appdomain::currentdomain":                    func(r *runspace, _ []any) (any, error) { return r.machine.appDomain(), nil },

		"security.cryptography.hashalgorithm::create": hashAlgorithm,
		"datetime::now":    func(*runspace, []any) (any, error) { return moment(time.Now()), nil },
		"datetime::utcnow": func(*runspace, []any) (any, error) { return moment(time.Now().UTC()), nil },
		"datetime::new": func(_ *runspace, args []any) (any, error) {
			y, _ := number(args[0])
			m, _ := number(args[1])
			d, _ := number(args[2])
			return moment(time.Date(int(y), time.Month(int(m)), int(d), 0, 0, 0, 0, time.UTC)), nil
		},

		"management.automation.psserializer::serialize":   serialize,
		"management.automation.psserializer::deserialize": deserialize,
		"management.automation.scriptblock::create": func(r *runspace, args []any) (any, error) {
			b, err := Parse(Text(args[0]))
			if err != nil {
				return nil, throw("System.Management.Automation.ParseException", "%v", err)
			}
			return &Script{b, r.global}, nil
		},
		"management.automation.runspaces.runspacefactory::createrunspacepool": func(_ *runspace, args []any) (any, error) { return runspacePool(args[1]), nil },
		"management.automation.powershell::create":                            func(r *runspace, _ []any) (any, error) { return r.shell(), nil },
		"diagnostics.processstartinfo::new":                                   func(r *runspace, _ []any) (any, error) { return r.startInfo(), nil },
		"diagnostics.process::start":                                          func(r *runspace, args []any) (any, error) { return r.start(args[0].(*Object)) },

		"io.path::combine":          pure(func(a []string) any { return strings.TrimRight(a[0], `\/`) + `\` + strings.Join(a[1:], `\`) }),
		"io.path::getdirectoryname": pure(func(a []string) any { return strings.TrimRight(a[0][:max(0, strings.LastIndexAny(a[0], `\/`))], `\/`) }),
		"io.path::getfilename":      pure(func(a []string) any { return a[0][strings.LastIndexAny(a[0], `\/`)+1:] }),
		"io.path::getfilenamewithoutextension": pure(func(a []string) any {
			base := a[0][strings.LastIndexAny(a[0], `\/`)+1:]
			return strings.TrimSuffix(base, filepath.Ext(base))
		}),
		"io.path::getrandomfilename": pure(func([]string) any { return strings.ToLower(rand.Text()[:8]) + "." + strings.ToLower(rand.Text()[:3]) }),
		"io.path::gettemppath":       func(r *runspace, _ []any) (any, error) { return Text(r.machine.getenv("TEMP")) + `\`, nil },
	}
	for name, f := range fileStatics {
		statics[name] = f
	}
}

func rounded(_ *runspace, args []any) (any, error) {
	f, _ := number(args[0])
	digits := 0.0
	if len(args) > 1 {
		digits, _ = number(args[1])
	}
	scale := math.Pow(10, digits)
	return math.Round(f*scale) / scale, nil
}

func bytesOf(v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return v, nil
	case *Array:
		var b []byte
		for _, e := range v.Items {
			n, _ := number(e)
			b = append(b, byte(n))
		}
		return b, nil
	}
	return nil, throw("System.ArgumentNullException", "Value cannot be null.")
}

func fromBase64(_ *runspace, args []any) (any, error) {
	b, err := base64.StdEncoding.DecodeString(Text(args[0]))
	if err != nil {
		return nil, throw("System.FormatException", "The input is not a valid Base-64 string.")
	}
	return b, nil
}

// encoding is a way to write texts as bytes.
func encoding(name string) *Object {
	wide := name == "utf-16"
	return &Object{Type: "System.Text.Encoding", text: name, methods: map[string]method{
		"getstring": func(args []any) (any, error) {
			b, err := bytesOf(args[0])
			if !wide || err != nil {
				return string(b), err
			}
			text, err := Decode(base64.StdEncoding.EncodeToString(b))
			return text, err
		},
		"getbytes": func(args []any) (any, error) {
			if !wide {
				return []byte(Text(args[0])), nil
			}
			var b []byte
			for _, u := range utf16.Encode([]rune(Text(args[0]))) {
				b = append(b, byte(u), byte(u>>8))
			}
			return b, nil
		},
	}}
}

// writer writes lines, one at a time.
func writer(to io.Writer) *Object {
	var mu sync.Mutex
	write := func(text string) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		_, err := io.WriteString(to, text)
		return void{}, err
	}
	return &Object{Type: "System.IO.StreamWriter", methods: map[string]method{
		"writeline": func(args []any) (any, error) { return write(Text(one(args)) + "\r\n") },
		"write":     func(args []any) (any, error) { return write(Text(one(args))) },
		"flush":     func([]any) (any, error) { return void{}, nil },
	}}
}

func (m *Machine) expand(text string) string {
	parts := strings.Split(text, "%")
	for i := 1; i+1 < len(parts); i += 2 {
		v := m.getenv(parts[i])
		if v == nil {
			return text
		}
		parts[i] = Text(v)
	}
	return strings.Join(parts, "")
}

func (m *Machine) appDomain() *Object {
	return &Object{Type: "System.AppDomain", methods: map[string]method{
		"getdata": func(args []any) (any, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			v, _ := m.domain.Get(Text(args[0]))
			return v, nil
		},
		"setdata": func(args []any) (any, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.domain.Set(Text(args[0]), args[1])
			return void{}, nil
		},
	}}
}

func hashAlgorithm(_ *runspace, args []any) (any, error) {
	algorithms := map[string]func() gohash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	made := algorithms[strings.ToLower(Text(args[0]))]
	if made == nil {
		return nil, nil
	}
	return &Object{Type: "System.Security.Cryptography.HashAlgorithm", methods: map[string]method{
		"computehash": func(args []any) (any, error) {
			h := made()
			if o, ok := args[0].(*Object); ok {
				_, err := io.Copy(h, o.inner.(io.Reader))
				return h.Sum(nil), err
			}
			b, err := bytesOf(args[0])
			h.Write(b)
			return h.Sum(nil), err
		},
	}}, nil
}

// layouts are the parts of .NET's formats for times, as Go has them.
var layouts = strings.NewReplacer("yyyy", "2006", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05", "ffffff", "000000")

// Moment gives a time as scripts know it.
func Moment(t time.Time) *Object { return moment(t) }

func moment(t time.Time) *Object {
	o := &Object{Type: "System.DateTime", inner: t}
	o.Fields.Set("DayOfWeek", &Object{Type: "System.DayOfWeek", text: t.Weekday().String(), inner: int(t.Weekday())})
	o.methods = map[string]method{
		"tostring": func(args []any) (any, error) {
			if len(args) == 0 {
				return t.Format("01/02/2006 15:04:05"), nil
			}
			layout := layouts.Replace(Text(args[0]))
			if strings.HasSuffix(layout, "05000000") {
				return strings.ReplaceAll(t.Format(strings.Replace(layout, "05000000", "05.000000", 1)), ".", ""), nil
			}
			return t.Format(layout), nil
		},
		"tofiletime":      func([]any) (any, error) { return int(t.UnixMicro())*10 + 116444736000000000, nil },
		"touniversaltime": func([]any) (any, error) { return moment(t.UTC()), nil },
		"op_subtract": func(args []any) (any, error) {
			other, ok := args[0].(*Object)
			if !ok {
				return nil, throw("System.ArgumentException", "a time is missing")
			}
			return span(t.Sub(other.inner.(time.Time))), nil
		},
	}
	return o
}

func span(d time.Duration) *Object {
	o := &Object{Type: "System.TimeSpan", inner: d, text: d.String()}
	o.Fields.Set("TotalSeconds", d.Seconds())
	o.Fields.Set("TotalDays", d.Hours()/24)
	o.methods = map[string]method{"tostring": func(args []any) (any, error) {
		if len(args) == 0 {
			return d.String(), nil
		}
		return fmt.Sprintf("%d:%02d:%02d.%06d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Microseconds()%1e6), nil
	}}
	return o
}

func serialize(_ *runspace, args []any) (any, error) {
	v, err := ToCLIXML(args[0])
	if err != nil {
		return nil, err
	}
	text, err := clixml.Encode(v)
	return `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">` + string(text) + `</Objs>`, err
}

func deserialize(_ *runspace, args []any) (any, error) {
	records, err := clixml.DecodeAll([]byte(Text(args[0])))
	if err != nil || len(records) != 1 {
		return nil, throw("System.Xml.XmlException", "not an object in CLIXML: %v", err)
	}
	return FromCLIXML(records[0].Value), nil
}

// ToCLIXML gives a value as it is written.
func ToCLIXML(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, float64, []byte:
		return v, nil
	case int:
		if v != int(int32(v)) {
			return int64(v), nil
		}
		return int32(v), nil
	case *Array:
		var all []any
		for _, e := range v.Items {
			c, err := ToCLIXML(e)
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
		return clixml.NewList(all...), nil
	case *Hash:
		var entries []clixml.Entry
		for _, k := range v.keys {
			e, _ := v.Get(k)
			c, err := ToCLIXML(e)
			if err != nil {
				return nil, err
			}
			entries = append(entries, clixml.Entry{Key: k, Value: c})
		}
		return clixml.NewDict(entries...), nil
	}
	return nil, fmt.Errorf("powershell: a %s cannot be written in CLIXML here", typeOf(v))
}

// FromCLIXML gives a value that was read.
func FromCLIXML(v any) any {
	switch v := v.(type) {
	case int32:
		return int(v)
	case int64:
		return int(v)
	case *clixml.Object:
		switch inner := v.Value.(type) {
		case clixml.List:
			a := &Array{}
			for _, e := range inner.Items {
				a.Items = append(a.Items, FromCLIXML(e))
			}
			return a
		case clixml.Dict:
			h := &Hash{}
			for _, e := range inner {
				h.Set(Text(FromCLIXML(e.Key)), FromCLIXML(e.Value))
			}
			return h
		}
		return FromCLIXML(v.Value)
	}
	return v
}

// convert does casts.
func (r *runspace) convert(v any, typ string) (any, error) {
	name := strings.ToLower(fullType(typ))
	switch name {
	case "system.string":
		return Text(v), nil
	case "system.int32", "system.int64", "system.uint32", "system.uint64":
		f, ok := number(v)
		if !ok {
			return nil, throw("System.Management.Automation.PSInvalidCastException", "Cannot convert value \"%s\" to type \"System.Int32\".", Text(v))
		}
		return int(math.RoundToEven(f)), nil
	case "system.double":
		f, _ := number(v)
		return f, nil
	case "system.boolean":
		return truth(v), nil
	case "system.char":
		c, _ := utf8.DecodeRuneInString(Text(v))
		return c, nil
	case "system.byte[]":
		return bytesOf(v)
	case "system.array", "system.object[]":
		return &Array{items(v)}, nil
	case "system.string[]":
		a := &Array{}
		for _, e := range items(v) {
			a.Items = append(a.Items, Text(e))
		}
		return a, nil
	case "system.void":
		return void{}, nil
	}
	if own := r.machine.Cmdlets["["+strings.ToLower(typ)+"]"]; own != nil {
		got, err := own(&Hash{}, []any{v}, nil)
		return one(got), err
	}
	return v, nil
}

// shell is an object by which scripts run others.
func (r *runspace) shell() *Object {
	o := &Object{Type: "System.Management.Automation.PowerShell"}
	ctx, stop := context.WithCancel(r.ctx)
	var source string
	var args, given []any
	o.methods = map[string]method{
		"addscript":   func(a []any) (any, error) { source = Text(a[0]); return o, nil },
		"addargument": func(a []any) (any, error) { args = append(args, a[0]); return o, nil },
		"begininvoke": func([]any) (any, error) {
			done := make(chan struct{})
			room := make(chan struct{}, 1)
			if p, found := o.Fields.Get("RunspacePool"); found {
				room = p.(*Object).inner.(chan struct{})
			}
			go func() {
				defer close(done)
				room <- struct{}{}
				defer func() { <-room }()
				inner := r.machine.runspace(ctx)
				inner.stdin, inner.stdout, inner.stderr = strings.NewReader(""), io.Discard, io.Discard
				given, _, _ = inner.script(source, args) // it tells its failures itself
			}()
			handle := &Object{Type: "System.Threading.WaitHandle", methods: map[string]method{"waitone": func(a []any) (any, error) { return waited(r.ctx, done, a[0]) }}}
			result := &Object{Type: "System.IAsyncResult", methods: map[string]method{"get_iscompleted": func([]any) (any, error) { return isClosed(done), nil }}}
			result.Fields.Set("AsyncWaitHandle", handle)
			return result, nil
		},
		"endinvoke": func([]any) (any, error) { return &Array{given}, nil }, // of one that has ended
		"beginstop": func([]any) (any, error) { stop(); return void{}, nil },
		"dispose":   func([]any) (any, error) { stop(); return void{}, nil },
	}
	return o
}

func runspacePool(most any) *Object {
	n, _ := number(most)
	nothing := func([]any) (any, error) { return void{}, nil }
	return &Object{
		Type: "System.Management.Automation.Runspaces.RunspacePool", inner: make(chan struct{}, int(n)),
		methods: map[string]method{"open": nothing, "close": nothing},
	}
}

// startInfo says how a program is to be started.
func (r *runspace) startInfo() *Object {
	o := &Object{Type: "System.Diagnostics.ProcessStartInfo"}
	o.Fields.Set("EnvironmentVariables", r.machine.environment())
	return o
}

// start starts a program; its input is read to its end first.
func (r *runspace) start(about *Object) (any, error) {
	field := func(name string) string { v, _ := about.Fields.Get(name); return Text(v) }
	run := r.machine.find(field("FileName"))
	if run == nil {
		return nil, throw("System.ComponentModel.Win32Exception", "The system cannot find the file specified")
	}
	env, _ := about.Fields.Get("EnvironmentVariables")
	ctx, cancel := context.WithCancel(r.ctx)
	in, input := io.Pipe()
	var stdout, stderr strings.Builder
	ended, exit := make(chan struct{}), 0
	go func() {
		defer close(ended)
		exit = run(ctx, &Process{
			Machine: r.machine, Arguments: field("Arguments"), Dir: field("WorkingDirectory"), Env: env.(*Hash), Stdin: in, Stdout: &stdout, Stderr: &stderr,
		})
		_ = in.Close()
	}()
	o := &Object{Type: "System.Diagnostics.Process"}
	result := func(b *strings.Builder) method {
		return func([]any) (any, error) {
			task := &Object{Type: "System.Threading.Tasks.Task"}
			task.methods = map[string]method{"wait": func(a []any) (any, error) { return waited(r.ctx, ended, a[0]) }, "get_result": func([]any) (any, error) { <-ended; return b.String(), nil }}
			return task, nil
		}
	}
	stream := &Object{Type: "System.IO.Stream", methods: map[string]method{"write": func(a []any) (any, error) {
		b, err := bytesOf(a[0])
		if err == nil {
			_, _ = input.Write(b) // a program need not read its input
		}
		return void{}, err
	}}}
	stdin := &Object{Type: "System.IO.StreamWriter", methods: map[string]method{"close": func([]any) (any, error) { return void{}, input.Close() }}}
	stdin.Fields.Set("BaseStream", stream)
	o.Fields.Set("StandardInput", stdin)
	o.Fields.Set("StandardOutput", &Object{Type: "System.IO.StreamReader", methods: map[string]method{"readtoendasync": result(&stdout)}})
	o.Fields.Set("StandardError", &Object{Type: "System.IO.StreamReader", methods: map[string]method{"readtoendasync": result(&stderr)}})
	o.methods = map[string]method{
		"waitforexit":   func(a []any) (any, error) { return waited(r.ctx, ended, a[0]) },
		"get_exitcode":  func([]any) (any, error) { <-ended; return exit, nil },
		"get_hasexited": func([]any) (any, error) { return ended == nil || isClosed(ended), nil },
		"kill":          func([]any) (any, error) { cancel(); <-ended; return void{}, nil },
		"dispose":       func([]any) (any, error) { cancel(); return void{}, nil },
	}
	return o, nil
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// waited waits some milliseconds for an end, and tells whether it came.
func waited(ctx context.Context, ended chan struct{}, milliseconds any) (any, error) {
	n, _ := number(milliseconds)
	select {
	case <-ended:
		return true, nil
	case <-time.After(time.Duration(n) * time.Millisecond):
		return false, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// shown is a file's error as .NET tells it.
func shown(err error, path string) error {
	if os.IsNotExist(err) {
		return throw("System.IO.FileNotFoundException", "Could not find file '%s'.", path)
	}
	return throw("System.IO.IOException", "%v", err)
}
