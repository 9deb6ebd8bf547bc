// Package issue makes certificates and says what they are worth now.
//
// A certificate is prepared in one transaction (code, place in the status list,
// frozen content, digest of the statement in the issue log), made with no
// transaction open (statement signed, pages printed, sealed, proofread), and
// released in a second one that looks again whether the registration has moved
// and records the digest of the file. Stop anywhere and run again: the same
// code, one certificate. What is not released in the issue log was not issued
// by us, however good its signature.
//
// The package hears of every change of a registration and re-evaluates all
// certificates ever issued for it. It knows no PDF, no web and no application:
// they meet the small interfaces declared here.
package issue
