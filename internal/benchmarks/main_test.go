package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// A comparison is of no use unless all do the same work.
func TestEachParserFindsEachEvent(t *testing.T) {
	const body = "id: 1\nevent: x\ndata: a\n\ndata: b\n\ndata: c\n\n"
	for _, p := range parsers {
		for name, open := range map[string]func([]byte) io.Reader{"whole": whole, "in segments": inSegments} {
			if n, err := p.count(open([]byte(body))); n != 3 || err != nil {
				t.Errorf("%s, %s: %d events of 3, %v", p.name, name, n, err)
			}
		}
	}
}

func TestTheBodiesHoldWhatTheySay(t *testing.T) {
	for _, l := range eventStreams(1) {
		if n, err := l.contenders[0].run(); n != l.events || err != nil {
			t.Errorf("%s: %d events of %d, %v", l.name, n, l.events, err)
		}
	}
}

func TestSegments(t *testing.T) {
	body := []byte(strings.Repeat("x", 2*segment+1))
	r := inSegments(body)
	for _, want := range []int{segment, segment, 1} {
		if n, err := r.Read(make([]byte, 2*segment)); n != want || err != nil {
			t.Errorf("%d, %v; want %d", n, err, want)
		}
	}
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
}

func TestReport(t *testing.T) {
	sees := func(n int) func() (int, error) { return func() (int, error) { return n, nil } }
	l := workload{name: "bodies", size: 10, events: 2, contenders: []contender{{"a", sees(2)}, {"b", sees(2)}}}
	var out bytes.Buffer
	if err := l.report(&out, 2); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bodies", "MB/s", " a ", " b ", "1.00 ×"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}

func TestWorkThatIsNotDoneIsAnError(t *testing.T) {
	failed := errors.New("failed")
	for name, c := range map[string]contender{
		"too few events": {"c", func() (int, error) { return 1, nil }},
		"an error":       {"c", func() (int, error) { return 2, failed }},
	} {
		l := workload{name: "bodies", events: 2, contenders: []contender{c}}
		if err := l.report(io.Discard, 1); err == nil || !strings.Contains(err.Error(), "bodies, c") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASubjectThatIsNotThereIsAnError(t *testing.T) {
	if err := report(io.Discard, []string{"ftp"}, 1, 1); err == nil {
		t.Error("no error")
	}
}
