package kerberos

import (
	"fmt"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/iana/msgtype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"
)

// Accept takes a login as a service does that has its keys in a file; tests use it. It gives who logs in, and the answer.
func Accept(file string, message []byte) (user string, answer []byte, s *Session, err error) {
	keys, err := keytab.Load(file)
	if err != nil {
		return "", nil, nil, err
	}
	var outer spnego.SPNEGOToken
	if err := outer.Unmarshal(message); err != nil {
		return "", nil, nil, err
	}
	var inner spnego.KRB5Token
	if err := inner.Unmarshal(outer.NegTokenInit.MechTokenBytes); err != nil {
		return "", nil, nil, err
	}
	r := inner.APReq
	if ok, err := r.Verify(keys, 5*time.Minute, types.HostAddress{}, nil); !ok || err != nil {
		return "", nil, nil, fmt.Errorf("the login is refused: %w", err)
	}
	session := r.Ticket.DecryptedEncPart.Key
	kind, err := crypto.GetEtype(session.KeyType)
	if err != nil {
		return "", nil, nil, err
	}
	part := messages.EncAPRepPart{
		CTime: r.Authenticator.CTime, Cusec: r.Authenticator.Cusec, SequenceNumber: 7,
		Subkey: types.EncryptionKey{KeyType: session.KeyType, KeyValue: random(kind.GetKeyByteSize())},
	}
	if answer, err = proof(session, part); err != nil {
		return "", nil, nil, err
	}
	s, err = newSession(session, part, uint64(r.Authenticator.SeqNumber), false)
	return r.Authenticator.CName.PrincipalNameString(), answer, s, err
}

// proof is the message by which a service shows that it could read the ticket.
func proof(session types.EncryptionKey, part messages.EncAPRepPart) ([]byte, error) {
	plain, err := asn1.Marshal(part)
	if err != nil {
		return nil, err
	}
	hidden, err := crypto.GetEncryptedData(asn1tools.AddASNAppTag(plain, asnAppTag.EncAPRepPart), session, keyusage.AP_REP_ENCPART, 0)
	if err != nil {
		return nil, err
	}
	reply, err := asn1.Marshal(messages.APRep{PVNO: iana.PVNO, MsgType: msgtype.KRB_AP_REP, EncPart: hidden})
	if err != nil {
		return nil, err
	}
	name, err := asn1.Marshal(kerberos5)
	if err != nil {
		return nil, err
	}
	inner := append(append(name, 2, 0), asn1tools.AddASNAppTag(reply, asnAppTag.APREP)...)
	outer := spnego.SPNEGOToken{Resp: true, NegTokenResp: spnego.NegTokenResp{
		NegState: asn1.Enumerated(spnego.NegStateAcceptCompleted), SupportedMech: kerberos5, ResponseToken: asn1tools.AddASNAppTag(inner, 0),
	}}
	return outer.Marshal()
}
