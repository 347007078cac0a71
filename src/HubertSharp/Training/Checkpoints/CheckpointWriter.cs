namespace HubertSharp.Training.Checkpoints;

/// <summary>
/// Saves checkpoints, where asked for in the background: from a copy of the tensors, one at a time. What a background write met is
/// thrown at the next call.
/// </summary>
internal sealed class CheckpointWriter : IDisposable
{
    private readonly CheckpointStore _store;
    private readonly bool _background;
    private Task<string> _writing = Task.FromResult("");

    public CheckpointWriter(CheckpointStore store, bool background)
    {
        _store = store;
        _background = background;
    }

    /// <summary>The last checkpoint that was written, or null.</summary>
    public string? Last { get; private set; }

    /// <summary>Saves a checkpoint once the one before is written.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="take">Takes the tensors; the argument says whether they have to be copied.</param>
    /// <exception cref="Runs.UserException">This one, or the one before, cannot be written.</exception>
    public void Save(CheckpointState state, Func<bool, CheckpointSnapshot> take)
    {
        Finish();
        var snapshot = take(_background);
        _writing = Task.Run(() =>
        {
            using (snapshot)
                return _store.Save(state, snapshot.Write);
        });
        if (!_background)
            Finish();
    }

    /// <summary>Throws what a background write has met so far; waits for nothing.</summary>
    public void Check()
    {
        if (_writing.IsCompleted)
            Finish();
    }

    /// <summary>Waits until everything is written.</summary>
    public void Finish()
    {
        var path = _writing.GetAwaiter().GetResult();
        Last = path.Length > 0 ? path : Last;
        _writing = Task.FromResult("");
    }

    /// <summary>Waits for a write under way; its fault is that of a run that already ends in another.</summary>
    public void Dispose() => ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
}
