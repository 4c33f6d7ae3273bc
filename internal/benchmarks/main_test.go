package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
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

func TestARatioIsTheMedianOfTheRounds(t *testing.T) {
	ours := &result{cpu: []time.Duration{10, 20, 10, 10}}
	for name, tc := range map[string]struct {
		cpu  []time.Duration
		want float64
	}{
		"three rounds": {[]time.Duration{20, 40, 900}, 2},
		"four rounds":  {[]time.Duration{10, 40, 900, 30}, 2.5},
		"one":          {[]time.Duration{30}, 3},
	} {
		if got := (&result{cpu: tc.cpu}).times(ours); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestWhatTakesLongIsMeasuredOnce(t *testing.T) {
	var turns []string
	takes := func(name string) func() (int, error) {
		return func() (int, error) { turns = append(turns, name); return 2, nil }
	}
	l := workload{events: 2, contenders: []contender{{"a", takes("a")}, {"b", takes("b")}}}
	if _, err := l.measure(2); err != nil || strings.Join(turns, "") != "abab" {
		t.Errorf("turns %q, %v", turns, err)
	}
	slow := result{cpu: []time.Duration{patience + 1}}
	if !slow.tookLong() || (&result{}).tookLong() || (&result{cpu: []time.Duration{patience}}).tookLong() {
		t.Error("only more than patience is too long")
	}
}

func TestOnlyChosenContendersAreMeasured(t *testing.T) {
	l := workload{contenders: []contender{{name: "ours"}, {name: "a1"}, {name: "b"}, {name: "a2"}}}
	l.choose(regexp.MustCompile("^a"))
	if len(l.contenders) != 3 || l.contenders[0].name != "ours" || l.contenders[2].name != "a2" {
		t.Error(l.contenders)
	}
}

func TestASubjectThatIsNotThereIsAnError(t *testing.T) {
	if err := report(io.Discard, []string{"ftp"}, "", "", 1, 1); err == nil {
		t.Error("no error")
	}
}
