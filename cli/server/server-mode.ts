/** Whether the fields of INFO are those of a Sentinel, which holds no keys. */
export function isSentinel(info: ReadonlyMap<string, string>): boolean {
  // Valkey has a name of its own for the field.
  return [info.get('redis_mode'), info.get('server_mode')].includes('sentinel');
}
