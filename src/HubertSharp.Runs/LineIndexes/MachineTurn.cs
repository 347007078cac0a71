using System.Security.Cryptography;
using System.Text;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>
/// One process of this machine and user at a time: the others wait, and find the work done. The system takes the turn from a process that
/// dies. Where there is no such thing as a turn, or it lasts too long, each does the work.
/// </summary>
internal sealed class MachineTurn : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100), s_most = TimeSpan.FromMinutes(10);

    private readonly Mutex? _turn; // null: without

    private MachineTurn(Mutex? turn) => _turn = turn;

    /// <param name="work">What the turn is for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static MachineTurn Take(string work, CancellationToken cancellation)
    {
        Mutex? turn = null;
        try
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(work)))[..24];
            turn = new Mutex(initiallyOwned: false, $"hubert-{name}",
                new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });
            for (var waited = TimeSpan.Zero; waited < s_most; waited += s_look)
            {
                cancellation.ThrowIfCancellationRequested();
                if (turn.WaitOne(s_look))
                    return new MachineTurn(turn);
            }
        }
        catch (AbandonedMutexException)
        {
            return new MachineTurn(turn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WaitHandleCannotBeOpenedException
            or PlatformNotSupportedException)
        {
            // no place for it: /tmp cannot be written
        }
        catch (OperationCanceledException)
        {
            turn?.Dispose();
            throw;
        }
        turn?.Dispose();
        return new MachineTurn(null);
    }

    public void Dispose()
    {
        _turn?.ReleaseMutex();
        _turn?.Dispose();
    }
}
