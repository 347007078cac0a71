using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// Gradients that hand-written backward functions return have to outlive the call, and would then live until the step's scope
/// ends. By the time another backward function runs, autograd holds what it still needs: the wrappers can go.
/// </summary>
internal static class BackwardMemory
{
    [ThreadStatic]
    private static List<Tensor>? returned;

    /// <summary>Frees what earlier backward calls of this thread returned; to be called first in every backward.</summary>
    public static void Release()
    {
        if (returned is null)
            return;
        foreach (var tensor in returned)
            tensor.Dispose();
        returned.Clear();
    }

    /// <summary>Keeps a gradient alive until the next backward call.</summary>
    public static Tensor Return(Tensor gradient)
    {
        (returned ??= []).Add(gradient.DetachFromDisposeScope());
        return gradient;
    }
}
