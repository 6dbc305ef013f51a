/** Looks at what an import of fields would change, and carries it out if that is still true. */

import { onMounted, ref, shallowRef, watch } from "vue";
import { type FieldImport, importFields } from "@/api";
import { isOutdated } from "@/app/problem";

export function useImport(typeCode: string) {
  const dropsMissing = ref(false);
  const proposal = shallowRef<FieldImport>();
  const failure = shallowRef<unknown>();
  const isPending = ref(false);
  /** The fields have changed since the last look; this is another one. */
  const isAgain = ref(false);
  let etag = "";

  async function request(dry_run: boolean): Promise<void> {
    const options = { path: { type_code: typeCode }, query: { dry_run, drop_missing: dropsMissing.value } };
    const headers = dry_run ? {} : { "If-Match": etag };
    const { data, response } = await importFields({ ...options, headers, throwOnError: true });
    proposal.value = data;
    etag = response.headers.get("ETag") ?? "";
  }

  async function attempt(dry_run: boolean): Promise<boolean> {
    isPending.value = true;
    failure.value = undefined;
    try {
      await request(dry_run);
      return true;
    } catch (error) {
      failure.value = error;
      return false;
    } finally {
      isPending.value = false;
    }
  }

  /** Carries the import out; returns whether it is stored. */
  async function apply(): Promise<boolean> {
    isAgain.value = false;
    if (await attempt(false)) return true;
    if (!isOutdated(failure.value)) return false;
    isAgain.value = await attempt(true);
    return false;
  }

  const look = (): Promise<boolean> => attempt(true);
  onMounted(look);
  watch(dropsMissing, () => void look());
  return { dropsMissing, proposal, failure, isPending, isAgain, look, apply };
}
