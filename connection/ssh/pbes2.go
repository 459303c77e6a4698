package ssh

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
)

// The structures of PBES2, RFC 8018, appendix A.
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Params struct {
		KeyDerivation pkix.AlgorithmIdentifier
		Encryption    pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var errPKCS8 = errors.New("encrypted PKCS #8 key: unknown scheme or wrong passphrase")

// pbes2Ciphers are the ciphers that OpenSSL and ssh-keygen write, by object identifier.
var pbes2Ciphers = map[string]struct {
	keyLength int
	new       func([]byte) (cipher.Block, error)
}{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// pbes2Hashes are the hashes of the key derivation. The absent one is SHA-1.
var pbes2Hashes = map[string]func() hash.Hash{
	"":                    sha1.New,
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.11": sha512.New,
}

// decryptPKCS8 decrypts a key of PBES2 with PBKDF2.
func decryptPKCS8(der, passphrase []byte) (any, error) {
	var outer encryptedKey
	var params pbes2Params
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, errPKCS8
	}
	if _, err := asn1.Unmarshal(outer.Algorithm.Parameters.FullBytes, &params); err != nil {
		return nil, errPKCS8
	}
	block, iv, err := pbes2Cipher(params, passphrase)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(outer.Data) == 0 || len(outer.Data)%size != 0 {
		return nil, errPKCS8
	}
	plain := bytes.Clone(outer.Data)
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, plain)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size {
		return nil, errPKCS8
	}
	key, err := x509.ParsePKCS8PrivateKey(plain[:len(plain)-padding])
	if err != nil {
		return nil, errPKCS8
	}
	return key, nil
}

func pbes2Cipher(params pbes2Params, passphrase []byte) (block cipher.Block, iv []byte, err error) {
	var derivation pbkdf2Params
	if _, err := asn1.Unmarshal(params.KeyDerivation.Parameters.FullBytes, &derivation); err != nil {
		return nil, nil, errPKCS8
	}
	if _, err := asn1.Unmarshal(params.Encryption.Parameters.FullBytes, &iv); err != nil {
		return nil, nil, errPKCS8
	}
	scheme, known := pbes2Ciphers[params.Encryption.Algorithm.String()]
	newHash := pbes2Hashes[derivation.PRF.Algorithm.String()]
	if !known || newHash == nil || derivation.Iterations < 1 || derivation.Iterations > 10_000_000 {
		return nil, nil, errPKCS8
	}
	key, err := pbkdf2.Key(newHash, string(passphrase), derivation.Salt, derivation.Iterations, scheme.keyLength)
	if err != nil {
		return nil, nil, errPKCS8
	}
	block, err = scheme.new(key)
	return block, iv, err
}
