package factcache

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// redis keeps a key a host, which the server drops when its time has come, and a sorted set of hosts by the time of their last change.
type redis struct {
	o      Options
	server server

	mu   sync.Mutex
	conn *resp // nil before the first command and after one that broke
}

var _ Cache = (*redis)(nil)

// server is where a redis is and how one logs in there.
type server struct {
	address, db, password string
	tls                   bool
}

var connectionForm = regexp.MustCompile(`^([^:]+|\[[^]]+\]):(\d+):(\d+)(?::(.*))?$`)

func openRedis(o Options) (Cache, error) {
	if o.Sentinel != "" {
		return nil, errors.New("the fact cache redis by sentinel is not supported yet: name a server, and unset fact_caching_redis_sentinel")
	}
	text, tls := strings.CutPrefix(o.Connection, "tls://")
	parts := connectionForm.FindStringSubmatch(text)
	if parts == nil {
		return nil, said("Unable to parse connection string")
	}
	if o.Prefix == "" {
		o.Prefix = "ansible_facts"
	}
	if o.Keyset == "" {
		o.Keyset = "ansible_cache_keys"
	}
	return &redis{o: o, server: server{address: parts[1] + ":" + parts[2], db: parts[3], password: parts[4], tls: tls}}, nil
}

func (r *redis) key(host string) string { return r.o.Prefix + schema + host }

// do sends commands in one go and gives the answer to the last one.
func (r *redis) do(commands ...[]string) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == nil {
		conn, err := dial(r.server)
		if err != nil {
			return nil, r.failed(err)
		}
		r.conn = conn
	}
	answer, err := r.conn.pipeline(commands)
	if err != nil {
		r.conn.close()
		r.conn = nil
		return nil, r.failed(err)
	}
	return answer, nil
}

func (r *redis) failed(err error) error {
	return fmt.Errorf("the fact cache redis at %s: %w", r.server.address, err)
}

// Get reads a host's key, if the set has the host: one that is too old has left it.
func (r *redis) Get(host string) (*value.Dict, error) {
	rank, err := r.do(append(r.expiry(), []string{"ZRANK", r.o.Keyset, schema + host})...)
	if err != nil || rank == nil {
		return nil, err
	}
	answer, err := r.do([]string{"GET", r.key(host)})
	if err != nil {
		return nil, err
	}
	text, ok := answer.([]byte)
	if !ok {
		return nil, r.Delete(host)
	}
	kept, err := value.FromJSON(text)
	if err != nil {
		return nil, r.failed(fmt.Errorf("the value of %s: %w", r.key(host), err))
	}
	facts, err := unpack(kept)
	if errors.Is(err, errNoPayload) {
		return nil, nil
	}
	return facts, err
}

// expiry is the command that takes hosts out of the set whose facts are too old.
func (r *redis) expiry() [][]string {
	if r.o.Timeout <= 0 {
		return nil
	}
	return [][]string{{"ZREMRANGEBYSCORE", r.o.Keyset, "0", score(time.Now().Add(-r.o.Timeout))}}
}

func score(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMicro())/1e6, 'f', 6, 64)
}

// Set writes a host's key and its place in the set.
func (r *redis) Set(host string, facts *value.Dict) error {
	text, err := pack(facts)
	if err != nil {
		return err
	}
	kept, err := value.AppendJSON(nil, value.DictOf(payloadKey, value.String(text)), value.JSONOptions{Indent: 4, EnsureASCII: true})
	if err != nil {
		return err
	}
	set := []string{"SET", r.key(host), string(kept)}
	if seconds := int(r.o.Timeout.Seconds()); seconds > 0 {
		set = []string{"SETEX", r.key(host), strconv.Itoa(seconds), string(kept)}
	}
	_, err = r.do(set, []string{"ZADD", r.o.Keyset, score(time.Now()), schema + host})
	return err
}

// Delete removes a host's key and its place in the set.
func (r *redis) Delete(host string) error {
	_, err := r.do([]string{"DEL", r.key(host)}, []string{"ZREM", r.o.Keyset, schema + host})
	return err
}

// Close hangs up.
func (r *redis) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn != nil {
		r.conn.close()
		r.conn = nil
	}
}
