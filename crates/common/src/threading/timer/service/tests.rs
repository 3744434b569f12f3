use super::Service;
use crate::threading::timer::Timer;
use std::time::Duration;

fn leaked(idle_timeout: Duration) -> &'static Service {
    Box::leak(Box::new(Service::new(idle_timeout)))
}

fn fire_one(service: &'static Service) {
    let timer = Timer::with(service, Duration::ZERO, || ());
    timer.start().unwrap();
    timer.join().unwrap();
}

#[test]
fn system_threads_of_exited_workers_do_not_pile_up() {
    let service = leaked(Duration::ZERO);
    for _ in 0..100 {
        fire_one(service);
        while service.schedule.lock().counts().0 > 0 {
            std::thread::yield_now();
        }
        assert!(service.schedule.lock().counts().1 <= 1);
    }
    service.end_idle();
    assert_eq!(service.schedule.lock().counts(), (0, 0));
}

#[test]
fn end_idle_wakes_a_leader_that_waits_for_nothing() {
    let service = leaked(Duration::MAX);
    for _ in 0..100 {
        fire_one(service);
        service.end_idle();
        assert_eq!(service.schedule.lock().counts(), (0, 0));
    }
}

#[test]
fn refused_worker_is_counted_until_its_timer_is_withdrawn() {
    let service = leaked(Duration::ZERO);
    let timer = Timer::with(service, Duration::ZERO, || ());
    let mut schedule = service.schedule.lock();
    let id = schedule.reserve_worker().unwrap();
    let _key = schedule.add(crate::sync::Deadline::after(Duration::ZERO), timer);
    assert!(!schedule.entry_dropped(id));
    assert!(!schedule.spawn_finished(id, None));
    assert!(schedule.take_orphans().is_empty() && !schedule.has_live_worker());
    schedule.worker_exited(id);
    assert_eq!(schedule.take_orphans().len(), 1);
}
