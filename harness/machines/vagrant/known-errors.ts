/** The meaning of an error of vagrant for a cell. */
export interface KnownError {
  /** The outcome of the cell: it cannot be tried here, its machine did not boot, or the infrastructure failed. */
  means: 'not-applicable' | 'boot-failed' | 'infra-failed';
  happened: string;
  /** Advice for the user. */
  hint: string;
}

const noBox: Pick<KnownError, 'means' | 'hint'> = {
  means: 'not-applicable',
  hint: 'make it reachable (VAGRANT_SERVER_URL, http_proxy), or bring the box: `vagrant box add FILE.json`, with VAGRANT_HOME set to where it is kept',
};
const noProvider: Pick<KnownError, 'means' | 'hint'> = {
  means: 'not-applicable',
  hint: 'install vagrant-libvirt and start libvirtd, or VirtualBox; VAGRANT_DEFAULT_PROVIDER chooses one',
};
const noSsh: Pick<KnownError, 'means' | 'hint'> = {
  means: 'boot-failed',
  hint: 'look at the box: `vagrant up` it by hand with the same environment, and see its console',
};
const locked: Pick<KnownError, 'means' | 'hint'> = {
  means: 'infra-failed',
  hint: 'wait until the other vagrant has ended, or end it',
};

/** Errors that are distinguished by their class, which `--machine-readable` prints last; of vagrant 2 and vagrant-libvirt. */
export const knownErrors: Readonly<Record<string, KnownError>> = {
  BoxAddShortNotFound: { ...noBox, happened: 'box not found, neither on this machine nor on the server of boxes' },
  BoxMetadataDownloadError: { ...noBox, happened: 'the server of boxes does not tell what there is of it' },
  DownloaderError: { ...noBox, happened: 'the box cannot be downloaded' },
  BoxNotFound: { ...noBox, happened: 'the box is not on this machine' },
  BoxNotFoundWithProvider: { ...noBox, happened: 'the box is not on this machine for this provider' },
  BoxNotFoundWithProviderAndVersion: { ...noBox, happened: 'the box is not on this machine in this version' },
  BoxAddNoMatchingVersion: {
    ...noBox,
    happened: 'the box exists, but not in the version that vms/boxes.json asks for',
  },
  BoxAddNoMatchingProvider: { ...noBox, happened: 'the box exists, but not for this provider' },
  BoxChecksumMismatch: {
    means: 'infra-failed',
    happened: 'what was downloaded is not what was published',
    hint: 'try again; if it happens twice, a proxy may have altered it',
  },
  BoxUnpackageFailure: {
    means: 'infra-failed',
    happened: 'the box cannot be unpacked',
    hint: 'see that VAGRANT_HOME has space, and that the file of the box is whole',
  },
  NoDefaultProvider: { ...noProvider, happened: 'no provider can be used here' },
  ProviderNotFound: { ...noProvider, happened: 'vagrant has no such provider: its plug-in is not installed' },
  ProviderNotFoundSuggestion: { ...noProvider, happened: 'vagrant has no such provider' },
  ProviderNotUsable: { ...noProvider, happened: 'the provider cannot be used here' },
  VirtualBoxNotDetected: { ...noProvider, happened: 'there is no VirtualBox' },
  VirtualBoxKernelModuleNotLoaded: { ...noProvider, happened: "VirtualBox's kernel module is not loaded" },
  FogLibvirtConnectionError: { ...noProvider, happened: 'libvirtd does not answer' },
  PluginLoadError: { ...noProvider, happened: 'a plug-in of vagrant cannot be loaded' },
  PluginInitError: { ...noProvider, happened: 'a plug-in of vagrant cannot be loaded' },
  PluginNotInstalled: { ...noProvider, happened: 'a plug-in of vagrant is not installed' },
  MachineActionLockedError: { ...locked, happened: 'another vagrant is working on the same box' },
  MachineLocked: { ...locked, happened: 'another vagrant is working on the same box' },
  EnvironmentLockedError: { ...locked, happened: 'another vagrant is working in the same directory' },
  DomainNameExists: {
    means: 'infra-failed',
    happened: 'libvirt has a machine of that name, which this vagrant did not make',
    hint: 'remove it: `virsh undefine --remove-all-storage NAME` with the name that is told above',
  },
  VMBootTimeout: { ...noSsh, happened: 'the box was started, and a login did not work within the time limit' },
  VMBootBadState: { ...noSsh, happened: 'the box was started, and stopped again' },
  NoIpAddressError: { ...noSsh, happened: 'the box was started, and has no address' },
  SSHNotReady: { ...noSsh, happened: 'the box does not run' },
  SSHConnectionRefused: { ...noSsh, happened: 'the box refuses ssh' },
  SSHConnectionTimeout: { ...noSsh, happened: 'the box does not answer ssh' },
  SSHConnectionReset: { ...noSsh, happened: 'the box breaks ssh off' },
  SSHConnectionAborted: { ...noSsh, happened: 'the box breaks ssh off' },
  SSHDisconnected: { ...noSsh, happened: 'the box broke ssh off while it was used' },
  SSHHostDown: { ...noSsh, happened: 'the box cannot be reached' },
  SSHNoRoute: { ...noSsh, happened: 'the box cannot be reached' },
  SSHAuthenticationFailed: { ...noSsh, happened: 'the box does not know the key that vagrant has for it' },
  SSHUnavailable: {
    means: 'not-applicable',
    happened: 'there is no ssh here',
    hint: 'install openssh-client',
  },
  SnapshotNotFound: {
    means: 'infra-failed',
    happened: 'the box has no snapshot of that name',
    hint: '`vagrant snapshot list` tells those that it has',
  },
  SnapshotNotSupported: {
    means: 'not-applicable',
    happened: 'the provider makes no snapshots',
    hint: 'take libvirt or VirtualBox',
  },
};
