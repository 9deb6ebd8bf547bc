// Package payment keeps what applications owe and what came in. An application
// owes up to two debts to two payees: the registration and licence tax
// (登録免許税) to the state, refunded by the tax office only, and the charge
// (手数料) to the body, refunded to the card. A payment is a fact, not a
// redirect: what the payment company says over a verified webhook is a hint,
// what it answers when asked is recorded, once for each capture, and only then
// does the application hear of it. Money is never lost and never counted
// twice; what fits nowhere is kept on record and given to an officer.
//
// The package leaves to others who may see an application, how a notice is
// worded, and what a registration becomes once it is paid for.
package payment
