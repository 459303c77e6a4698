package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// aptCache is the hosts' way to the archive: an HTTP proxy that keeps what never changes
// under its name (packages, and indexes by their digest) in the cache folder, and asks the
// archive for the rest, falling back on the last answer when there is no network.
type aptCache struct {
	server  *http.Server
	address string
	folder  string
	archive archive
	client  *http.Client

	mu    sync.Mutex
	locks map[string]*sync.Mutex // one fetch at a time for each URL
}

func startAptCache(address string, a archive) (*aptCache, error) {
	folder, err := cacheFolder("apt")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	c := &aptCache{
		address: listener.Addr().String(), folder: folder, archive: a, locks: map[string]*sync.Mutex{},
		client: &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{Proxy: machineProxy()}},
	}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func() { _ = c.server.Serve(listener) }() // ends by close
	return c, nil
}

func (c *aptCache) close() { _ = c.server.Close() }

// machineProxy is the proxy that the machine's apt is told to use, if any.
func machineProxy() func(*http.Request) (*url.URL, error) {
	out, err := exec.Command("apt-config", "dump", "--format", "%v%n", "Acquire::http::Proxy").Output()
	if proxy := strings.TrimSpace(string(out)); err == nil && strings.HasPrefix(proxy, "http") {
		if u, err := url.Parse(proxy); err == nil {
			return http.ProxyURL(u)
		}
	}
	return http.ProxyFromEnvironment
}

var immutable = regexp.MustCompile(`/by-hash/|\.deb$`)

func (c *aptCache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upstream, ok := c.upstream(r.URL.String())
	if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		http.Error(w, "this proxy serves the Debian archive only", http.StatusForbidden)
		return
	}
	file := c.file(upstream)
	lock := c.lock(file)
	lock.Lock()
	status := c.refresh(r, upstream, file)
	lock.Unlock()
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	http.ServeFile(w, r, file)
}

// upstream maps a host's request to the archive's own address; no other is served.
func (c *aptCache) upstream(request string) (string, bool) {
	for _, base := range []string{c.archive.main, c.archive.security} {
		if rest, ok := strings.CutPrefix(request, plain(base)+"/"); ok {
			return base + "/" + rest, true
		}
	}
	return "", false
}

func (c *aptCache) file(upstream string) string {
	sum := sha256.Sum256([]byte(upstream))
	return filepath.Join(c.folder, hex.EncodeToString(sum[:12])+"-"+filepath.Base(upstream))
}

func (c *aptCache) lock(file string) *sync.Mutex {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.locks[file] == nil {
		c.locks[file] = &sync.Mutex{}
	}
	return c.locks[file]
}

// refresh makes file the archive's current answer and returns the status to give.
func (c *aptCache) refresh(r *http.Request, upstream, file string) int {
	_, err := os.Stat(file)
	have := err == nil
	if have && immutable.MatchString(upstream) {
		return http.StatusOK
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, upstream, nil)
	if err != nil {
		return http.StatusBadRequest
	}
	response, err := c.client.Do(request)
	if err != nil && have {
		return http.StatusOK
	}
	if err != nil {
		return http.StatusBadGateway
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return response.StatusCode
	}
	if err := store(file, response); err != nil {
		return http.StatusBadGateway
	}
	return http.StatusOK
}

// store writes an answer beside its place and moves it there, with the archive's date.
func store(file string, response *http.Response) error {
	part, err := os.CreateTemp(filepath.Dir(file), "part-")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	_, err = io.Copy(part, response.Body)
	if closeErr := part.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if when, err := http.ParseTime(response.Header.Get("Last-Modified")); err == nil {
		_ = os.Chtimes(part.Name(), when, when) // a date only saves a transfer
	}
	return os.Rename(part.Name(), file)
}
