import { join } from 'node:path';

/** Node's names of architectures that Debian has under another name. */
const debianArchitectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: 'i386', arm: 'armhf' };

/**
 * A configuration for a private apt root, to be read after the machine's own: proxies, credentials and transports stay
 * in force, all that would write outside of the root or change the choice of packages does not.
 */
export function aptConfiguration(directory: string): string {
  const architecture = debianArchitectures[process.arch] ?? process.arch;
  const settings: Record<string, string> = {
    'Dir::Etc::SourceList': join(directory, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': join(directory, 'state'),
    'Dir::State::Lists': join(directory, 'lists'),
    'Dir::State::status': join(directory, 'state/status'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': '',
    'Dir::Log': directory,
    'APT::Architecture': architecture,
    'APT::Architectures::': architecture,
    'APT::Install-Recommends': 'false',
    'APT::Status-Fd': '3',
    // A warning and exit code 0 would be the default for lists that cannot be fetched.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    // Transient failures of the network alone: apt does not try again after a 404 or a wrong signature.
    'Acquire::Retries': '3',
    'Debug::NoLocking': 'false',
  };
  // apt drops its privileges for downloads, and then cannot write below a home directory that is closed to others.
  if (process.getuid?.() === 0) settings['APT::Sandbox::User'] = 'root';
  return [
    // Hooks of the machine are about the machine's own lists and archives, a default release about its own packages.
    ...cleared.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}

const cleared = [
  'APT::Architectures',
  'APT::Default-Release',
  'APT::Update::Pre-Invoke',
  'APT::Update::Post-Invoke',
  'APT::Update::Post-Invoke-Success',
  'Acquire::Languages',
];
