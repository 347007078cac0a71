namespace HubertSharp.Cli;

/// <summary>
/// Where verbs work: on the thread that the process began with. glibc gives it a heap in one piece; any other
/// thread's is made of pieces of 64 MiB, which tensors of 40 leave half empty, and grew by a fifth more.
/// </summary>
internal static class FirstThread
{
    /// <summary>Does the work before it returns, if the caller is that thread, as <see cref="Program"/> is.</summary>
    public static Task Run(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    /// <summary>The same for work with a result.</summary>
    public static Task<T> Run<T>(Func<T> work) => Task.FromResult(work());
}
