package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOffer(t *testing.T) {
	for want, o := range map[string]Options{
		"permessage-deflate; client_max_window_bits":                                                                                       {},
		"permessage-deflate; server_no_context_takeover; client_max_window_bits":                                                           {ServerNoContextTakeover: true},
		"permessage-deflate; client_no_context_takeover; client_max_window_bits":                                                           {ClientNoContextTakeover: true},
		"permessage-deflate; server_max_window_bits=8; client_max_window_bits":                                                             {ServerMaxWindowBits: 8},
		"permessage-deflate; client_max_window_bits=14":                                                                                    {ClientMaxWindowBits: 14},
		"permessage-deflate; server_max_window_bits=12; client_max_window_bits=9":                                                          {ServerMaxWindowBits: 12, ClientMaxWindowBits: 9},
		"permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11": {true, true, 10, 11},
	} {
		t.Run(want, func(t *testing.T) {
			assert.Equal(t, want, Offer(o))
			p, _, ok := Accept(want, Options{})
			require.True(t, ok, "what we offer is valid")
			_, ok, err := CheckAnswer(want, p.String())
			assert.True(t, ok)
			assert.NoError(t, err)
		})
	}
}

func TestWindowsThatAreNoLimitAreNotOffered(t *testing.T) {
	for _, bits := range []int{-1, 0, 1, 7, 15, 16} {
		assert.Equal(t, Offer(Options{}), Offer(Options{ServerMaxWindowBits: bits, ClientMaxWindowBits: bits}))
	}
}

const plain = "permessage-deflate"

func TestAnswers(t *testing.T) {
	for section, tests := range map[string][]struct {
		offered, answer string
		want            Params
	}{
		"5 Negotiation": {
			{plain, plain, Params{}},
			{plain, " ,permessage-deflate, ", Params{}},
			{plain + "; server_max_window_bits=10, " + plain, plain, Params{}}, // the second offer
			{"foo, " + plain, plain, Params{}},
		},
		"7.1.1.1 server_no_context_takeover": {
			{plain, plain + "; server_no_context_takeover", Params{ServerNoContextTakeover: true}}, // unasked
			{plain + "; server_no_context_takeover", plain + "; server_no_context_takeover", Params{ServerNoContextTakeover: true}},
		},
		"7.1.1.2 client_no_context_takeover": {
			{plain, plain + "; client_no_context_takeover", Params{ClientNoContextTakeover: true}}, // unasked
			{plain + "; client_no_context_takeover", plain + "; client_no_context_takeover", Params{ClientNoContextTakeover: true}},
			{plain + "; client_no_context_takeover", plain, Params{ClientNoContextTakeover: true}}, // said is said
		},
		"7.1.2.1 server_max_window_bits": {
			{plain, plain + "; server_max_window_bits=8", Params{ServerMaxWindowBits: 8}}, // unasked
			{plain + "; server_max_window_bits=10", plain + "; server_max_window_bits=10", Params{ServerMaxWindowBits: 10}},
			{plain + "; server_max_window_bits=10", plain + `; server_max_window_bits="9"`, Params{ServerMaxWindowBits: 9}},
			{plain + "; server_max_window_bits=15", plain + "; server_max_window_bits=15", Params{ServerMaxWindowBits: 15}},
		},
		"7.1.2.2 client_max_window_bits": {
			{plain + "; client_max_window_bits", plain, Params{}},
			{plain + "; client_max_window_bits", plain + "; client_max_window_bits=8", Params{ClientMaxWindowBits: 8}},
			{plain + "; client_max_window_bits", plain + "; client_max_window_bits=15", Params{ClientMaxWindowBits: 15}},
			{plain + "; client_max_window_bits=10", plain, Params{}},
			{plain + "; client_max_window_bits=10", plain + "; client_max_window_bits=10", Params{ClientMaxWindowBits: 10}},
			{plain + "; client_max_window_bits=10", plain + "; client_max_window_bits=8", Params{ClientMaxWindowBits: 8}},
		},
	} {
		for _, test := range tests {
			t.Run(section+": "+test.offered+" -> "+test.answer, func(t *testing.T) {
				p, ok, err := CheckAnswer(test.offered, test.answer)
				require.NoError(t, err)
				assert.True(t, ok)
				assert.Equal(t, test.want, p)
			})
		}
	}
}

func TestNoAnswerDeclines(t *testing.T) {
	for _, answer := range []string{"", " ", ","} {
		p, ok, err := CheckAnswer(Offer(Options{}), answer)
		assert.NoError(t, err)
		assert.False(t, ok)
		assert.Zero(t, p)
	}
}

// RFC 7692, section 7: "A client MUST _Fail the WebSocket Connection_ if the
// peer server accepted an extension negotiation offer for this extension with
// an extension negotiation response meeting any of the following conditions".
func TestAnswersThatFailTheConnection(t *testing.T) {
	for name, test := range map[string]struct{ offered, answer, section, msg string }{
		"malformed": {plain, plain + ";", "RFC 6455, section 9.1", "malformed at byte 19"},
		"another extension": {
			plain, "x-webkit-deflate-frame", "RFC 7692, section 5", "extension x-webkit-deflate-frame was not offered"},
		"another extension too": {
			plain, plain + ", foo", "RFC 7692, section 5", "extension foo was not offered"},
		"not offered": {"", plain, "RFC 7692, section 5", "permessage-deflate was not offered"},
		"only others were offered": {
			"foo, bar", plain, "RFC 7692, section 5", "permessage-deflate was not offered"},
		"an invalid offer": {
			plain + "; foo", plain, "RFC 7692, section 7", "unknown parameter foo"},
		"twice": {
			plain + ", " + plain, plain + ", " + plain, "RFC 7692, section 5", "permessage-deflate is answered 2 times"},
		"unknown parameter": {
			plain, plain + "; foo=1", "RFC 7692, section 7", "unknown parameter foo"},
		"parameter of another case": {
			plain, plain + "; Server_no_context_takeover", "RFC 7692, section 7", "unknown parameter Server_no_context_takeover"},
		"the same parameter twice": {
			plain, plain + "; server_no_context_takeover; server_no_context_takeover",
			"RFC 7692, section 7", "more than one server_no_context_takeover"},
		"the same parameter twice, with different values": {
			plain, plain + "; server_max_window_bits=9; server_max_window_bits=10",
			"RFC 7692, section 7", "more than one server_max_window_bits"},
		"server_no_context_takeover with a value": {
			plain, plain + "; server_no_context_takeover=1",
			"RFC 7692, section 7.1.1.1", "server_no_context_takeover has the value 1, but takes none"},
		"server_no_context_takeover missing": {
			plain + "; server_no_context_takeover", plain,
			"RFC 7692, section 7.1.1.1", "no server_no_context_takeover, which was offered"},
		"client_no_context_takeover with a value": {
			plain, plain + `; client_no_context_takeover="true"`,
			"RFC 7692, section 7.1.1.2", "client_no_context_takeover has the value true, but takes none"},
		"server_max_window_bits without a value": {
			plain, plain + "; server_max_window_bits",
			"RFC 7692, section 7.1.2.1", `server_max_window_bits is "", want an integer from 8 to 15`},
		"server_max_window_bits missing": {
			plain + "; server_max_window_bits=15", plain,
			"RFC 7692, section 7.1.2.1", "server_max_window_bits is not limited to 15, as was offered"},
		"server_max_window_bits over the limit": {
			plain + "; server_max_window_bits=10", plain + "; server_max_window_bits=11",
			"RFC 7692, section 7.1.2.1", "server_max_window_bits is not limited to 10, as was offered"},
		"client_max_window_bits without a value": {
			plain + "; client_max_window_bits", plain + "; client_max_window_bits",
			"RFC 7692, section 7.1.2.2", `client_max_window_bits is "", want an integer from 8 to 15`},
		"client_max_window_bits unasked": {
			plain, plain + "; client_max_window_bits=15",
			"RFC 7692, section 7.1.2.2", "client_max_window_bits was not offered"},
		"client_max_window_bits over the hint": {
			plain + "; client_max_window_bits=10", plain + "; client_max_window_bits=11",
			"RFC 7692, section 7.1.2.2", "client_max_window_bits is 11, but at most 10 was offered"},
		"no offer fits, the first one is told": {
			plain + "; server_max_window_bits=9, " + plain + "; server_max_window_bits=8", plain,
			"RFC 7692, section 7.1.2.1", "server_max_window_bits is not limited to 9, as was offered"},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok, err := CheckAnswer(test.offered, test.answer)
			assert.False(t, ok)
			assert.Zero(t, p)
			assert.Equal(t, &NegotiationError{Header: test.answer, Section: test.section, Msg: test.msg}, err)
		})
	}
}

func TestAnAnswerToAMalformedOffer(t *testing.T) {
	_, ok, err := CheckAnswer(plain+";", plain)
	assert.False(t, ok)
	_, want := parseExtensions(plain + ";")
	assert.Equal(t, want, err)
}

// RFC 7692, section 7.1.2.1: "This parameter has a decimal integer value
// without leading zeroes between 8 to 15, inclusive".
func TestValuesOfWindowBits(t *testing.T) {
	for _, bad := range []string{"7", "16", "0", "08", "008", "010", "1", "10.0", "1e1", "-8", "+8", "0x8", "99", "1a", "18446744073709551624"} {
		for _, name := range []string{serverMaxWindowBits, clientMaxWindowBits} {
			_, _, err := CheckAnswer(plain+"; client_max_window_bits", plain+"; "+name+"="+bad)
			assert.ErrorContains(t, err, name+` is "`+bad+`", want an integer from 8 to 15`)
			_, _, ok := Accept(plain+"; "+name+"="+bad, Options{})
			assert.False(t, ok, name+"="+bad)
		}
	}
	for bits, good := range map[int]string{8: "8", 9: "9", 10: "10", 11: "11", 12: "12", 13: "13", 14: "14", 15: "15"} {
		p, _, err := CheckAnswer(plain+"; client_max_window_bits", plain+"; server_max_window_bits="+good+"; client_max_window_bits="+good)
		assert.NoError(t, err)
		assert.Equal(t, Params{ServerMaxWindowBits: bits, ClientMaxWindowBits: bits}, p)
	}
}
