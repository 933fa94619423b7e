/** The mode of a server by the fields of INFO. Valkey has a name of its own for the field. */

/** Whether the fields of INFO are those of a Sentinel, which holds no keys. */
export function isSentinel(info: ReadonlyMap<string, string>): boolean {
  return modesOf(info).includes('sentinel');
}

export function isClusterNode(info: ReadonlyMap<string, string>): boolean {
  return modesOf(info).includes('cluster');
}

function modesOf(info: ReadonlyMap<string, string>) {
  return [info.get('redis_mode'), info.get('server_mode')];
}
