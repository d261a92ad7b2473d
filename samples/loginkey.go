// LoginKey, version 1. LATCHKEY_API_KEY=... go run loginkey.go PARTNER_ID PARTNER_USER_ID EXPIRES
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"strconv"
)

func makeLoginKey(apiKey, partnerID, partnerUserID string, expires int64) (string, error) {
	if apiKey == "" || expires < 1000000000 || expires > 9999999999 {
		return "", fmt.Errorf("the API key is empty, or expires is not Unix seconds, 10 digits")
	}
	mac := hmac.New(sha256.New, []byte(apiKey))
	fmt.Fprintf(mac, "%s%s1%d", partnerID, partnerUserID, expires) // the ids as they are, decoded and untrimmed
	return fmt.Sprintf("$1$%d$%s", expires, base64.RawURLEncoding.EncodeToString(mac.Sum(nil))), nil
}

func main() {
	expires, _ := strconv.ParseInt(os.Args[3], 10, 64)
	key, err := makeLoginKey(os.Getenv("LATCHKEY_API_KEY"), os.Args[1], os.Args[2], expires)
	if err != nil || len(os.Args[3]) != 10 {
		log.Fatal("expected LATCHKEY_API_KEY and PARTNER_ID PARTNER_USER_ID EXPIRES (Unix seconds, 10 digits)")
	}
	fmt.Println(key)
}
