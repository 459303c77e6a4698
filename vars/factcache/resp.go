package factcache

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// resp is a line to a redis server. It speaks RESP, the protocol of redis (https://redis.io/docs/latest/develop/reference/protocol-spec/),
// as far as the cache's commands need it: simple texts, errors, integers and bulk texts.
type resp struct {
	conn net.Conn
	in   *bufio.Reader
}

const (
	dialTime   = 10 * time.Second
	answerTime = 30 * time.Second
	maxBulk    = 64 << 20 // bytes; far above the facts of any host
)

// dial connects, logs in and selects the database.
func dial(s server) (*resp, error) {
	dialer := &net.Dialer{Timeout: dialTime}
	var conn net.Conn
	var err error
	if s.tls {
		conn, err = tls.DialWithDialer(dialer, "tcp", s.address, &tls.Config{MinVersion: tls.VersionTLS12})
	} else {
		conn, err = dialer.Dial("tcp", s.address)
	}
	if err != nil {
		return nil, err
	}
	r := &resp{conn: conn, in: bufio.NewReader(conn)}
	var commands [][]string
	if s.password != "" {
		commands = append(commands, []string{"AUTH", s.password})
	}
	if _, err := r.pipeline(append(commands, []string{"SELECT", s.db})); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *resp) close() { _ = r.conn.Close() }

// pipeline sends commands and gives the last answer: nil, an int64, a []byte, or a string that is a status. The first error is given,
// whichever command it answers.
func (r *resp) pipeline(commands [][]string) (answer any, err error) {
	if err := r.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "*%d\r\n", len(c))
		for _, word := range c {
			fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
		}
	}
	if _, err := io.WriteString(r.conn, b.String()); err != nil {
		return nil, err
	}
	for range commands {
		if answer, err = r.answer(); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// maxLine bounds a line of an answer, in bytes.
const maxLine = 64 << 10

func (r *resp) line() (string, error) {
	var line []byte
	for {
		part, more, err := r.in.ReadLine()
		if err != nil {
			return "", err
		}
		if line = append(line, part...); len(line) > maxLine {
			return "", errors.New("a line of the answer is too long")
		}
		if !more {
			return string(line), nil
		}
	}
}

func (r *resp) answer() (any, error) {
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	if line == "" {
		return nil, errors.New("an empty answer")
	}
	switch kind, rest := line[0], line[1:]; kind {
	case '+':
		return rest, nil
	case '-':
		return nil, errors.New(rest)
	case ':':
		return strconv.ParseInt(rest, 10, 64)
	case '$':
		return r.bulk(rest)
	case '*', '_':
		if rest == "-1" || rest == "" {
			return nil, nil
		}
	}
	return nil, fmt.Errorf("an answer that is not understood: %.40q", line)
}

// bulk reads a text whose length was told; -1 is none.
func (r *resp) bulk(length string) (any, error) {
	n, err := strconv.Atoi(length)
	switch {
	case err != nil || n > maxBulk:
		return nil, fmt.Errorf("a text of length %.40q", length)
	case n < 0:
		return nil, nil
	}
	data := make([]byte, n+2)
	if _, err := io.ReadFull(r.in, data); err != nil {
		return nil, err
	}
	return data[:n], nil
}
