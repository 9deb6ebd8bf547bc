// Package person holds what a register says of a person: name, reading, birth
// date, address, domicile. Values are parsed at the door and kept byte for byte:
// nothing is normalised, repaired or split, because another character is another
// name. What cannot be kept is refused with a reason that the user can act on.
// Comparing and searching go through Fold, showing a difference through Diff.
//
// The zero value of each type means that the value is absent. In logs every
// value prints as "[name]" or the like, never as itself.
package person
