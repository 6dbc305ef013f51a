/** The state of the login page: what was entered, what went wrong, and how long to wait. */

import { computed, onBeforeUnmount, reactive, ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { ApiError, NetworkError, useSession } from "@/session";

/** If the server states no wait. */
const WAIT_SECONDS = 60;

/** @param onSuccess is called when the user has logged in. */
export function useLogin(onSuccess: () => void) {
  const session = useSession();
  const entered = reactive({ username: "", password: "" });
  const isBusy = ref(false);
  const failure = shallowRef<unknown>();
  const { seconds, wait } = useCountdown();
  const { t } = useI18n();

  const message = computed(() => {
    const error = failure.value;
    if (seconds.value > 0) return t("session.login.tooManyAttempts", { seconds: seconds.value });
    if (error === undefined || isStatus(error, 429)) return undefined;
    if (error === "incomplete") return t("session.login.required");
    if (isStatus(error, 401)) return t("session.login.invalidCredentials");
    if (error instanceof ApiError) return error.problem.detail;
    return error instanceof NetworkError ? t("session.login.unreachable") : t("session.login.failed");
  });

  async function submit(): Promise<void> {
    if (isBusy.value || seconds.value > 0) return;
    failure.value = entered.username && entered.password ? undefined : "incomplete";
    if (failure.value !== undefined) return;
    isBusy.value = true;
    try {
      await session.logIn(entered.username, entered.password);
      onSuccess();
    } catch (error) {
      failure.value = error;
      if (error instanceof ApiError && error.status === 429) wait(error.retryAfterSeconds ?? WAIT_SECONDS);
    } finally {
      isBusy.value = false;
    }
  }

  return { entered, isBusy, message, seconds, submit };
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

function useCountdown() {
  const seconds = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
  };
  onBeforeUnmount(stop);

  function wait(total: number): void {
    stop();
    const end = performance.now() + total * 1000;
    const count = (): void => {
      seconds.value = Math.max(Math.ceil((end - performance.now()) / 1000), 0);
      if (seconds.value === 0) stop();
    };
    timer = setInterval(count, 1000);
    count();
  }

  return { seconds, wait };
}
