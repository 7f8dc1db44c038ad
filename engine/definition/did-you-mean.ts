/** For doors that ask the same of their own words, since only this folder may use the expression folder. */
export { didYouMean } from '../expression/index.ts'
