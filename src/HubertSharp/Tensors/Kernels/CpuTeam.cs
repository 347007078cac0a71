using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// Runs managed kernels on torch's own OpenMP threads. A second pool would fight for the cores with OpenMP's spinning threads,
/// which was measured to cost a factor of two.
/// </summary>
internal static unsafe class CpuTeam
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel = FindParallel();

    /// <summary>
    /// Calls <paramref name="body"/> once for every part, in any order and on any thread. Which numbers come out must not
    /// depend on the thread: reductions are kept per part and added in the parts' order.
    /// </summary>
    public static void Run(int parts, Action<int> body)
    {
        var threads = Math.Min(parts, torch.get_num_threads());
        if (threads <= 1)
        {
            for (var part = 0; part < parts; part++)
                body(part);
            return;
        }
        var job = new Job(parts, body);
        if (Parallel is null)
        {
            System.Threading.Tasks.Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => job.Work());
        }
        else
        {
            var handle = GCHandle.Alloc(job);
            Parallel(&Enter, (void*)GCHandle.ToIntPtr(handle), (uint)threads, 0);
            handle.Free();
        }
        job.Fault?.Throw();
    }

    [UnmanagedCallersOnly]
    private static void Enter(void* data) => ((Job)GCHandle.FromIntPtr((nint)data).Target!).Work();

    private static delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> FindParallel()
    {
        // the library that torch itself was linked against, by whatever name its package ships it
        foreach (System.Diagnostics.ProcessModule module in System.Diagnostics.Process.GetCurrentProcess().Modules)
        {
            var name = Path.GetFileName(module.FileName ?? "");
            if ((name.StartsWith("libgomp", StringComparison.Ordinal) || name.StartsWith("libiomp5", StringComparison.Ordinal))
                && NativeLibrary.TryLoad(module.FileName!, out var library)
                && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var entry))
                return (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)entry;
        }
        return null;
    }

    private sealed class Job(int parts, Action<int> body)
    {
        private int _next = -1;

        public ExceptionDispatchInfo? Fault { get; private set; }

        public void Work()
        {
            try
            {
                for (int part; (part = Interlocked.Increment(ref _next)) < parts;)
                    body(part);
            }
            catch (Exception e)
            {
                // an exception must not leave a native frame; the caller throws it
                Fault = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
