import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ImportOptions } from './import/import-aws.ts'
import type { Surroundings } from './surroundings.ts'

/** `sluice import aws`: pipelines from AWS Data Pipeline as definition files, with a report of what became of every field. */
export function addImport(program: Command, { terminal, done }: Surroundings): void {
  const parent = program.command('import').summary('bring pipelines over from AWS Data Pipeline').description('Brings pipelines over.')
  parent
    .command('aws')
    .summary('from AWS Data Pipeline, or from files exported from it')
    .description(
      "Writes pipelines of AWS Data Pipeline as definition files, and says what became of every field. Only reads from AWS.\nWithout ids, --name and --all it lists the account's pipelines. Credentials are found as the AWS CLI finds them.",
    )
    .argument('[pipelineId...]', 'ids such as df-04654872H25YEAGKG08Q')
    .option('--name <pattern>', 'pipelines of that name; * stands for any text')
    .option('--all', 'all pipelines of the account and region')
    .option('--file <file...>', 'files from `aws datapipeline get-pipeline-definition` instead')
    .option('--output <dir>', 'the folder for the files; it is made if need be')
    .addOption(new Option('--to <form>', 'the form to write').choices(['yaml', 'json']).default('yaml'))
    .option('--region <region>', "the AWS region (default: AWS_REGION, or the profile's)")
    .option('--endpoint-url <url>', 'another service than AWS itself', readUrl)
    .addOption(
      new Option('--pipeline-version <version>', 'what was saved last or activated last').choices(['latest', 'active']).default('latest'),
    )
    .option('--force', 'replace files that are there')
    .addOption(new Option('--report <length>', 'full: a line for every field').choices(['summary', 'full']).default('summary'))
    .addOption(new Option('--json', 'one JSON object a line, with every field').conflicts('report'))
    .addHelpText('after', help)
    .action(async (ids: string[], options: ImportOptions) => {
      const { importAws } = await import('./import/import-aws.ts')
      done(await importAws(ids, options, terminal, process.env))
    })
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('It must be a URL, for example https://datapipeline.eu-west-1.amazonaws.com.')
}

const help = `
Examples:
  sluice import aws --region eu-west-1
  sluice import aws df-04654872H25YEAGKG08Q --output pipelines
  sluice import aws --name "nightly-*" --output pipelines --report full
  sluice import aws --all --output pipelines --json > import.jsonl
  sluice import aws --file exported/*.json --output pipelines

Exit codes: 0 imported, 2 some could not be: an id, a permission, a file; 3 AWS cannot be reached.
Whether an imported pipeline can run is told in the report, not by the exit code.`
