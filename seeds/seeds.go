// Package seeds holds the data that an installation begins with: the catalogue
// of qualifications, and names that break certificate systems, for samples and
// tests.
package seeds

import _ "embed"

// Catalogue is qualifications.yaml: the 84 qualifications, who keeps them, and
// what each procedure asks and costs. Package registry/catalog reads it.
//
//go:embed qualifications.yaml
var Catalogue []byte

// Names is names.yaml: names that must be kept byte for byte, and names that
// must be refused, each with its code points and the reason.
//
//go:embed names.yaml
var Names []byte
