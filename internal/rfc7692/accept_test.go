package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccept(t *testing.T) {
	for section, tests := range map[string][]struct {
		offers string
		o      Options
		answer string
	}{
		"5 Negotiation": {
			{plain, Options{}, plain},
			{"foo; bar, " + plain + ", baz", Options{}, plain},
			{plain + "; client_max_window_bits, " + plain, Options{ClientMaxWindowBits: 9}, plain + "; client_max_window_bits=9"}, // the first one
			{plain + "; foo, " + plain + "; server_max_window_bits=9", Options{}, plain + "; server_max_window_bits=9"},           // the first valid one
		},
		"7.1.1.1 server_no_context_takeover": {
			{plain + "; server_no_context_takeover", Options{}, plain + "; server_no_context_takeover"},
			{plain, Options{ServerNoContextTakeover: true}, plain + "; server_no_context_takeover"},
		},
		"7.1.1.2 client_no_context_takeover": {
			{plain + "; client_no_context_takeover", Options{}, plain + "; client_no_context_takeover"},
			{plain, Options{ClientNoContextTakeover: true}, plain + "; client_no_context_takeover"},
		},
		"7.1.2.1 server_max_window_bits": {
			{plain + "; server_max_window_bits=8", Options{}, plain + "; server_max_window_bits=8"},
			{plain + "; server_max_window_bits=15", Options{}, plain + "; server_max_window_bits=15"},
			{plain + `; server_max_window_bits="10"`, Options{ServerMaxWindowBits: 12}, plain + "; server_max_window_bits=10"},
			{plain + "; server_max_window_bits=12", Options{ServerMaxWindowBits: 10}, plain + "; server_max_window_bits=10"},
			{plain, Options{ServerMaxWindowBits: 10}, plain + "; server_max_window_bits=10"},
		},
		"7.1.2.2 client_max_window_bits": {
			{plain + "; client_max_window_bits", Options{}, plain},
			{plain + "; client_max_window_bits", Options{ClientMaxWindowBits: 8}, plain + "; client_max_window_bits=8"},
			{plain + "; client_max_window_bits=12", Options{}, plain + "; client_max_window_bits=12"},
			{plain + "; client_max_window_bits=12", Options{ClientMaxWindowBits: 9}, plain + "; client_max_window_bits=9"},
			{plain + "; client_max_window_bits=9", Options{ClientMaxWindowBits: 12}, plain + "; client_max_window_bits=9"},
			{plain, Options{ClientMaxWindowBits: 9}, plain}, // MUST NOT answer what was not offered
		},
		"7.1.3 Examples": {
			{plain + "; client_max_window_bits; server_max_window_bits=10", Options{}, plain + "; server_max_window_bits=10"},
			{plain + "; client_max_window_bits; server_max_window_bits=10, " + plain + "; client_max_window_bits",
				Options{}, plain + "; server_max_window_bits=10"},
		},
	} {
		for _, test := range tests {
			t.Run(section+": "+test.offers, func(t *testing.T) {
				p, answer, ok := Accept(test.offers, test.o)
				require.True(t, ok)
				assert.Equal(t, test.answer, answer)
				agreed, ok, err := CheckAnswer(test.offers, answer)
				require.NoError(t, err, "a client accepts what we answer")
				assert.True(t, ok)
				assert.Equal(t, p, agreed, "and both agree")
			})
		}
	}
}

// RFC 7692, section 7: "A server MUST decline an extension negotiation offer
// for this extension if any of the following conditions are met".
func TestOffersThatAreDeclined(t *testing.T) {
	for name, offers := range map[string]string{
		"none":                                    "",
		"other extensions":                        "foo, bar",
		"another case":                            "Permessage-Deflate",
		"malformed":                               plain + ";",
		"malformed after a valid one":             plain + ", =",
		"unknown parameter":                       plain + "; foo",
		"unknown parameter with a value":          plain + "; foo=1",
		"the same parameter twice":                plain + "; client_max_window_bits; client_max_window_bits",
		"the same twice, with and without value":  plain + "; client_max_window_bits; client_max_window_bits=9",
		"server_no_context_takeover with a value": plain + "; server_no_context_takeover=true",
		"client_no_context_takeover with a value": plain + "; client_no_context_takeover=true",
		"server_max_window_bits without a value":  plain + "; server_max_window_bits",
		"every one":                               plain + "; a, " + plain + "; b",
	} {
		t.Run(name, func(t *testing.T) {
			p, answer, ok := Accept(offers, Options{})
			assert.False(t, ok)
			assert.Empty(t, answer)
			assert.Zero(t, p)
		})
	}
}

func FuzzNegotiation(f *testing.F) {
	f.Add(Offer(Options{}), plain, uint8(0))
	f.Add(Offer(Options{true, true, 8, 9}), plain+"; server_no_context_takeover; server_max_window_bits=8", uint8(9))
	f.Add(`a;b="\c",`+plain+";client_max_window_bits", plain+"; client_max_window_bits=15", uint8(8))
	f.Fuzz(func(t *testing.T, offers, answer string, bits uint8) {
		o := Options{bits&16 != 0, bits&32 != 0, int(bits & 15), int(bits & 15)}
		p, accepted, ok := Accept(offers, o)
		if ok {
			agreed, again, err := CheckAnswer(offers, accepted)
			if err != nil || !again || agreed != p {
				t.Fatalf("%q is answered with %q: %v %v %v", offers, accepted, agreed, again, err)
			}
		}
		p, ok, err := CheckAnswer(offers, answer)
		if ok && err != nil {
			t.Fatalf("%q agrees with %q: %v", offers, answer, err)
		}
		if _, again, err := CheckAnswer(offers, p.String()); ok && (!again || err != nil) {
			t.Fatalf("%q agrees with %q, but not with %q: %v", offers, answer, p, err)
		}
	})
}
