// Signs the claims it reads on stdin with golang-jwt, and prints the token.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

type job struct {
	Alg    string        `json:"alg"`
	Kid    string        `json:"kid"`
	Key    string        `json:"key"`
	Claims jwt.MapClaims `json:"claims"`
}

func main() {
	log.SetFlags(0)
	var asked job
	decoder := json.NewDecoder(os.Stdin)
	// Times stay the integers they are.
	decoder.UseNumber()
	if err := decoder.Decode(&asked); err != nil {
		log.Fatal(err)
	}
	key, err := asked.signingKey()
	if err != nil {
		log.Fatal(err)
	}
	token := jwt.NewWithClaims(jwt.GetSigningMethod(asked.Alg), asked.Claims)
	token.Header["kid"] = asked.Kid
	signed, err := token.SignedString(key)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signed)
}

func (asked job) signingKey() (any, error) {
	if asked.Alg == "none" {
		return jwt.UnsafeAllowNoneSignatureType, nil
	}
	if strings.HasPrefix(asked.Alg, "HS") {
		return []byte(asked.Key), nil
	}
	return jwt.ParseRSAPrivateKeyFromPEM([]byte(asked.Key))
}
