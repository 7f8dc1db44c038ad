/** A column of a result, as the protocol describes it. */
export interface MysqlField {
  readonly name: string
  readonly columnType: number
  readonly flags: number
  readonly columnLength: number
  readonly decimals: number
  /** 63 says that strings are bytes. */
  readonly characterSet: number
}
