package powershell

import (
	"net"
	"strconv"
	"strings"
	"time"
)

// level gives the variables of the machine, or of the user.
func (m *Machine) level(name string) *Hash {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.levels == nil {
		m.levels = map[string]*Hash{}
	}
	name = strings.ToLower(name)
	if m.levels[name] == nil {
		m.levels[name] = &Hash{}
	}
	return m.levels[name]
}

// registered is a value of the registry.
type registered struct {
	value any
	kind  string
}

// key is an open key of the registry; that of a path that ends without one is a hive.
func (m *Machine) key(path string) *Object {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys == nil {
		m.keys = map[string]*Hash{}
	}
	low := strings.ToLower(path)
	if m.keys[low] == nil {
		m.keys[low] = &Hash{}
	}
	values := m.keys[low]
	below := func(args []any) string { return low + `\` + strings.ToLower(Text(args[0])) }
	return &Object{Type: "Microsoft.Win32.RegistryKey", text: path, methods: map[string]method{
		"opensubkey": func(args []any) (any, error) {
			m.mu.Lock()
			known := m.keys[below(args)] != nil
			m.mu.Unlock()
			if !known {
				return nil, nil
			}
			return m.key(below(args)), nil
		},
		"createsubkey": func(args []any) (any, error) { return m.key(below(args)), nil },
		"deletesubkeytree": func(args []any) (any, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			for k := range m.keys {
				if k == below(args) || strings.HasPrefix(k, below(args)+`\`) {
					delete(m.keys, k)
				}
			}
			return void{}, nil
		},
		"getvaluenames": func([]any) (any, error) { return texts(append([]string{}, values.keys...)), nil },
		"getvalue": func(args []any) (any, error) {
			v, _ := values.Get(Text(args[0]))
			r, _ := v.(registered)
			return r.value, nil
		},
		"getvaluekind": func(args []any) (any, error) {
			v, _ := values.Get(Text(args[0]))
			return v.(registered).kind, nil
		},
		"setvalue": func(args []any) (any, error) {
			values.Set(Text(args[0]), registered{args[1], Text(args[2])})
			return void{}, nil
		},
		"deletevalue": func(args []any) (any, error) { values.Remove(Text(args[0])); return void{}, nil },
		"close":       func([]any) (any, error) { return void{}, nil },
	}}
}

// toInt reads a number's digits.
func toInt(_ *runspace, args []any) (any, error) {
	base, _ := number(args[1])
	n, err := strconv.ParseUint(Text(args[0]), int(base), 64)
	if err != nil {
		return nil, throw("System.FormatException", "Could not find any recognizable digits.")
	}
	if n>>31 == 1 { // of 32 bits, below zero
		return int(int32(n)), nil
	}
	return int(n), nil
}

// tcpClient is a connection that can be made.
func tcpClient() *Object {
	var conn net.Conn
	var err error
	done := make(chan struct{})
	asked := &Object{Type: "System.IAsyncResult"}
	asked.Fields.Set("AsyncWaitHandle", &Object{Type: "System.Threading.WaitHandle", methods: map[string]method{"waitone": func(args []any) (any, error) {
		n, _ := number(args[0])
		select {
		case <-done:
			return true, nil
		case <-time.After(time.Duration(n) * time.Millisecond):
			return false, nil
		}
	}}})
	return &Object{Type: "System.Net.Sockets.TcpClient", methods: map[string]method{
		"beginconnect": func(args []any) (any, error) {
			go func() {
				conn, err = net.DialTimeout("tcp", net.JoinHostPort(Text(args[0]), Text(args[1])), 5*time.Second)
				close(done)
			}()
			return asked, nil
		},
		"endconnect": func([]any) (any, error) {
			if err != nil {
				return nil, throw("System.Net.Sockets.SocketException", "%v", err)
			}
			return void{}, conn.Close()
		},
		"close": func([]any) (any, error) { return void{}, nil },
	}}
}
