/** What only stands in the way of running (a parameter without a value, a type that is still to come) is a warning while a definition is
 *  read, and an error at its activation. */
export type Purpose = 'reading' | 'activation'
